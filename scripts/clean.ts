/** Removes what `tsc -b` and the packages' builds have emitted, so that no deleted source lives on. */
import { globSync, rmSync } from 'node:fs'

for (const folder of globSync(['packages/*/dist', 'bench/dist', 'lint/dist', 'scripts/dist'])) {
  rmSync(folder, { recursive: true })
}
