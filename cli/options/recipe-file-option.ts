import { UsageError } from '@bd-edge/sdk/internal';

/** An option that changes built-in networks, and a recipe file, which says all by itself. */
export class RecipeFileOptionError extends UsageError {
  constructor(
    readonly option: string,
    readonly file: string,
  ) {
    super(`${option} is for built-in networks; write what ${file} should have instead into a recipe.`);
  }
}
