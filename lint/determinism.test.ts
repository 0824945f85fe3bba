import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

const inCore = 'packages/core/src/simulator'
const inProtocol = 'packages/core/src/protocols/planted'

/** A file with one planted fault: the folder it goes to, its source, and the rule that must see it. */
type Planted = { title: string; folder: string; source: string; rule: string | undefined }

const planted: Planted[] = []
const plant = (folder: string, title: string, source: string, rule?: string) =>
  planted.push({ title, folder, source, rule })

const restrictedGlobal = 'eslint(no-restricted-globals)'
plant(
  inCore,
  'the core may not read the clock',
  'export const t = () => Date.now()',
  restrictedGlobal,
)
plant(inCore, 'nor make a Date', 'export const t = () => new Date()', restrictedGlobal)
plant(inCore, 'nor set a timer', 'setTimeout(() => 1, 1)', restrictedGlobal)
plant(inCore, 'nor print', "console.log('x')", restrictedGlobal)
plant(inCore, 'nor measure itself', 'export const t = performance.now()', restrictedGlobal)
plant(inCore, 'nor reach for globalThis', 'export const g = globalThis', restrictedGlobal)

const restrictedProperty = 'eslint(no-restricted-properties)'
plant(inCore, 'nor ask the locale', "export const c = 'a'.localeCompare('b')", restrictedProperty)

const restrictedImport = 'eslint(no-restricted-imports)'
plant(inCore, 'nor import from Node.js', "export { readFile } from 'node:fs'", restrictedImport)
plant(inCore, 'nor import a package', "export { parse } from 'yaml'", restrictedImport)
plant(inCore, 'nor import a host', "export * from '@quorate/cluster'", restrictedImport)
plant(
  'packages/cluster/src',
  'the cluster may not import the lab',
  "export * from '@quorate/lab'",
  restrictedImport,
)
plant(
  'packages/lab/src',
  'the lab may not import the cluster',
  "export * from '@quorate/cluster'",
  restrictedImport,
)

const exactMath = 'quorate(exact-math-only)'
plant(inCore, 'the core may not use Math.random', 'export const r = Math.random()', exactMath)
plant(inCore, 'nor Math.log', 'export const l = (x: number) => Math.log(x)', exactMath)
plant(inCore, 'nor Math["sin"]', "export const s = Math['sin'](1)", exactMath)
plant(inCore, 'nor Math by another name', 'const M = Math\nexport const c = M.cos(1)', exactMath)
plant(inCore, 'nor Math taken apart', 'const { tan } = Math\nexport const t = tan(1)', exactMath)
plant(inCore, 'nor a power', 'export const p = (x: number) => x ** 0.5', exactMath)
plant(inCore, 'nor a power in place', 'export let p = 2\np **= 3', exactMath)

const plainState = 'quorate(plain-state)'
plant(
  inProtocol,
  'a protocol may not have a module variable',
  'let n = 0\nexport const f = () => ++n',
  plainState,
)
plant(inProtocol, 'nor export one', 'export let n = 0\nexport const f = () => ++n', plainState)
plant(
  inProtocol,
  'nor a module-level container to fill',
  'const seen = new Map()\nexport { seen }',
  plainState,
)
plant(inProtocol, 'nor export one', 'export const seen: number[] = []', plainState)
plant(inProtocol, 'nor a static field', 'export class A { static count = 0; n = 1 }', plainState)
plant(
  inProtocol,
  'nor a #private member',
  'export class A { #n = 1; m() { return this.#n } }',
  plainState,
)
plant(
  inProtocol,
  'nor be asynchronous',
  'export const f = async () => await Promise.resolve(1)',
  plainState,
)

plant(
  'packages/cluster/src',
  'a promise may not float',
  'async function f() {}\nexport const g = () => { f() }',
  'typescript(no-floating-promises)',
)

plant(
  'packages/core/src/protocols/sound',
  'what is deterministic is left alone',
  `
  export const names = ['a', 'b'] as const
  export const known: ReadonlySet<string> = new Set(names)
  export const half = (bits: number) => Math.floor(2 ** bits / Math.PI)
  export class Counter {
    static readonly limit = 3
    count = 0
    next(self: number) { return self + this.count++ }
  }`,
)
plant(
  'packages/cluster/src',
  'a host may use the clock',
  'export const t = () => Date.now() + Math.random()',
)

describe('the linter', () => {
  /** The rules that each planted file breaks, found with this repository's own configuration. */
  const findings = lintPlanted()

  test.each(planted.map((file, index) => ({ ...file, index })))(
    '$title',
    async ({ rule, index }) => {
      const rules = (await findings).get(index) ?? []
      if (rule === undefined) expect(rules).toEqual([])
      else expect(rules).toContain(rule)
    },
  )
})

async function lintPlanted(): Promise<Map<number, string[]>> {
  const repository = fileURLToPath(new URL('..', import.meta.url))
  const copy = mkdtempSync(join(tmpdir(), 'quorate-lint-'))
  try {
    cpSync(join(repository, '.oxlintrc.json'), join(copy, '.oxlintrc.json'))
    cpSync(join(repository, 'lint'), join(copy, 'lint'), { recursive: true })
    symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'), 'dir')
    for (const [index, { folder, source }] of planted.entries()) {
      const file = join(copy, folder, `planted-${index}.ts`)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, source)
    }
    const oxlint = join(repository, 'node_modules/oxlint/bin/oxlint')
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [oxlint, '--format', 'json', 'packages'],
      { cwd: copy },
    ).catch((failure: { stdout: string }) => failure)
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: { code: string; filename: string }[]
    }
    return diagnostics.reduce((found, { code, filename }) => {
      const index = Number(/planted-(\d+)\.ts$/.exec(filename)?.[1])
      return found.set(index, [...(found.get(index) ?? []), code])
    }, new Map<number, string[]>())
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}
