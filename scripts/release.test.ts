import { expect, test } from 'vitest';
import { withRelease, withVersion } from './release.mjs';

test('a version is set in a package and in its dependencies of the workspace', () => {
  const manifest = {
    name: 'bd-edge',
    version: '0.1.0',
    dependencies: { '@bd-edge/sdk': '0.1.0', commander: '14.0.3' },
    optionalDependencies: { '@bd-edge/trainer': '0.1.0' },
  };
  expect(withVersion(manifest, '1.2.3', ['@bd-edge/sdk', '@bd-edge/trainer', 'bd-edge'])).toEqual({
    name: 'bd-edge',
    version: '1.2.3',
    dependencies: { '@bd-edge/sdk': '1.2.3', commander: '14.0.3' },
    optionalDependencies: { '@bd-edge/trainer': '1.2.3' },
  });
});

test('the entries of "Unreleased" move under the version; without entries there is nothing to release', () => {
  const changelog = '# Changelog\n\n## Unreleased\n### Added\n- One.\n\n## 0.1.0 (2026-01-01)\n- Zero.\n';
  expect(withRelease(changelog, '1.0.0', '2026-12-01')).toBe(
    '# Changelog\n\n## Unreleased\n\n## 1.0.0 (2026-12-01)\n### Added\n- One.\n\n## 0.1.0 (2026-01-01)\n- Zero.\n',
  );
  expect(withRelease('## Unreleased\n- One.\n', '1.0.0', '2026-12-01')).toContain(
    '## 1.0.0 (2026-12-01)\n- One.',
  );
  expect(withRelease('## Unreleased\n\n## 0.1.0\n- Zero.\n', '1.0.0', '2026-12-01')).toBeUndefined();
});
