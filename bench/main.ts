/**
 * Runs the benchmarks, `bench/*.bench.ts`, each in a process of its own, so that none inherits what
 * another's code has taught the compiler. `npm run bench -- NAME ...` runs those whose file name
 * contains one of the names.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'

const wanted = process.argv.slice(2)
const files = globSync('*.bench.ts', { cwd: import.meta.dirname })
  .filter((file) => wanted.length === 0 || wanted.some((name) => file.includes(name)))
  .sort()

if (files.length === 0) {
  process.stderr.write(`bench: no benchmark is named like ${wanted.join(' or ') || '*.bench.ts'}\n`)
  process.exitCode = 2
}
for (const file of files) {
  process.stderr.write(`\n${basename(file, '.bench.ts')}\n`)
  const { status } = spawnSync(
    process.execPath,
    [...process.execArgv, '--expose-gc', join(import.meta.dirname, file)],
    { stdio: 'inherit' },
  )
  if (status !== 0) process.exitCode = 1
}
