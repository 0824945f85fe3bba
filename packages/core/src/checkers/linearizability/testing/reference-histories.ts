import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the reference data lies: the folder `shared/data` beside the repository, or `QUORATE_DATA`. */
const folder =
  process.env.QUORATE_DATA ??
  fileURLToPath(new URL('../../../../../../../shared/data', import.meta.url))

/** What to say in the name of a test that is skipped without the data. */
export const ifPresent = '(needs the reference data: shared/data beside the repository)'

/** The text of a file of the reference data; undefined if it is not there. */
export function referenceText(file: string): string | undefined {
  const path = join(folder, file)
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}
