/**
 * Packs the built packages as they would be published, installs them into an empty project and uses
 * them there: every import resolves for Node.js and for TypeScript, and the command runs.
 */
import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'

type Manifest = { name: string; exports?: Record<string, unknown>; bin?: Record<string, string> }

const packages = ['core', 'cluster', 'lab', 'cli'].map((folder) => resolve('packages', folder))
const bin = resolve('node_modules/.bin')

/** Runs a command to its end and returns what it printed; if it fails, so does this script. */
function run(command: string, args: string[], cwd: string): string {
  const { status, stdout, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status === 0) return stdout
  process.stderr.write(stdout ?? '')
  throw error ?? new Error(`${basename(command)} ${args.join(' ')} failed with ${status} in ${cwd}`)
}

/** Every path that can be imported from a package: the keys of its exports, patterns filled in. */
function importPaths(folder: string): string[] {
  const { name, exports = {} } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as Manifest
  return Object.entries(exports).flatMap(([key, target]) => {
    const { default: file } = target as { default: string }
    if (!key.includes('*')) return [join(name, key)]
    const [before = '', after = ''] = file.slice('./'.length).split('*')
    return globSync(file.replace('*', '**'), { cwd: folder })
      .map((found) => found.slice(before.length, -after.length))
      .filter((found) => found !== '')
      .map((found) => join(name, key.replace('*', found)))
  })
}

const project = mkdtempSync(join(tmpdir(), 'quorate-installed-'))
try {
  const tarballs = packages.map((folder) => {
    run(join(bin, 'publint'), ['--strict'], folder)
    const packed = run('npm', ['pack', '--silent', '--pack-destination', project], folder)
    return join(project, packed.trim())
  })
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }')
  // The registry is asked only for what the cache lacks: in a checkout, after npm ci, nothing.
  run('npm', ['install', '--silent', '--prefer-offline', '--ignore-scripts', ...tarballs], project)

  const imports = packages.flatMap(importPaths)
  writeFileSync(join(project, 'use.ts'), imports.map((path) => `import '${path}'\n`).join(''))
  run(process.execPath, ['use.ts'], project)
  const tsc = (types: string[], file: string) => {
    const strict = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2024']
    run(join(bin, 'tsc'), [...strict, ...types, file], project)
  }
  // The core's types need no other; those of the packages for Node.js need Node.js's.
  const ofCore = imports.filter((path) => path.startsWith('@quorate/core'))
  writeFileSync(join(project, 'core.ts'), ofCore.map((path) => `import '${path}'\n`).join(''))
  tsc(['--types', ''], 'core.ts')
  tsc(['--types', 'node', '--typeRoots', join(bin, '../@types')], 'use.ts')

  const help = run(process.execPath, ['node_modules/.bin/quorate', '--help'], project)
  if (!help.includes('Usage: quorate')) throw new Error(`quorate --help printed:\n${help}`)

  const unwanted = globSync('node_modules/{quorate,@quorate/*}/**/*.{test.*,tsbuildinfo}', {
    cwd: project,
  })
  if (unwanted.length > 0) throw new Error(`packed by mistake: ${unwanted.join(', ')}`)

  process.stdout.write(`${imports.length} imports and the command work as installed\n`)
} finally {
  rmSync(project, { recursive: true, force: true })
}
