/** Reports in JUnit's XML, which systems for continuous integration show as tests. */
import { diagnose } from '../terminal/diagnostics.js';
import { printable } from '../terminal/printable.js';
import { writeOutput } from '../write-output.js';
import type { Outcome } from './side-by-side.js';

export interface JunitProblem {
  /** A stable code in kebab case. */
  code: string;
  message: string;
}

export interface JunitCase {
  name: string;
  milliseconds: number;
  /** What the board did wrong, such as other logits. */
  failure?: JunitProblem;
  /** The error that ended the work on the board. */
  error?: JunitProblem;
}

/**
 * Writes the outcomes of several boards as a test suite with one test for each board.
 *
 * @param problemOf the failure or error of a result. Default: none
 */
export async function writeJunit<Result>(
  file: string,
  suite: string,
  outcomes: readonly Outcome<Result>[],
  problemOf: (result: Result) => Pick<JunitCase, 'failure' | 'error'> = () => ({}),
): Promise<void> {
  const cases = outcomes.map(
    (outcome): JunitCase => ({
      name: outcome.port,
      milliseconds: outcome.milliseconds,
      ...('error' in outcome ? { error: diagnose(outcome.error) } : problemOf(outcome.result)),
    }),
  );
  await writeOutput(file, formatJunit(suite, cases));
}

/** Formats a test suite. The time of the suite is that of its longest test, since tests run side by side. */
export function formatJunit(suite: string, cases: readonly JunitCase[]): string {
  const count = (kind: 'failure' | 'error') => cases.filter((test) => test[kind] !== undefined).length;
  const longest = Math.max(0, ...cases.map(({ milliseconds }) => milliseconds));
  const counts = attributes({
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    time: seconds(longest),
  });
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${counts}>`,
    `  <testsuite${attributes({ name: suite })}${counts}>`,
    ...cases.map((test) => formatCase(suite, test)),
    '  </testsuite>',
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

function formatCase(suite: string, { name, milliseconds, failure, error }: JunitCase): string {
  const head = `    <testcase${attributes({ name, classname: suite, time: seconds(milliseconds) })}`;
  const [kind, problem] = failure ? ['failure', failure] : ['error', error];
  if (problem === undefined) return `${head}/>`;
  const { code, message } = problem;
  return `${head}>\n      <${kind}${attributes({ type: code, message })}>${escapeXml(message)}</${kind}>\n    </testcase>`;
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
};

/** Escapes text for XML 1.0, and replaces the characters that it cannot contain. */
function escapeXml(text: string): string {
  return printable(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"\t\n]/g, (character) => ENTITIES[character]);
}
