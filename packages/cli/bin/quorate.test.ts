import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const launcher = fileURLToPath(new URL('quorate.js', import.meta.url))

type Result = { exitCode: number; stdout: string; stderr: string }

/** Runs Node.js with these arguments, without the environment that the test runner adds. */
function runNode(...args: string[]): Promise<Result> {
  const { NODE_OPTIONS: _, ...env } = process.env
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

/** Makes the launcher believe that an old Node.js runs it. */
const asOldNode =
  '--import=data:text/javascript,' +
  encodeURIComponent(
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } })",
  )

describe('in a checkout', () => {
  test('the command runs from its sources', async () => {
    const { exitCode, stdout } = await runNode(launcher, '--help')
    expect(stdout).toContain('Usage: quorate')
    expect(exitCode).toBe(0)
  })

  test('an old Node.js hands over to the newer one of the checkout', async () => {
    const { exitCode, stdout, stderr } = await runNode(asOldNode, launcher, '--help')
    expect(stderr).toBe('')
    expect(stdout).toContain('Usage: quorate')
    expect(exitCode).toBe(0)
  })

  test('the exit code passes through the hand-over', async () => {
    const direct = await runNode(launcher, '--no-such-flag')
    expect(direct.exitCode).toBeGreaterThan(0)
    expect(await runNode(asOldNode, launcher, '--no-such-flag')).toEqual(direct)
  })
})

describe('once installed', () => {
  let installed: string

  beforeAll(() => {
    installed = mkdtempSync(join(tmpdir(), 'quorate-installed-'))
    mkdirSync(join(installed, 'dist'))
    cpSync(launcher, join(installed, 'bin/quorate.js'))
    writeFileSync(join(installed, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(installed, 'dist/main.js'), 'console.log(process.argv.slice(2).join())')
  })

  afterAll(() => rmSync(installed, { recursive: true, force: true }))

  test('the command runs from dist', async () => {
    const { exitCode, stdout } = await runNode(join(installed, 'bin/quorate.js'), 'a', 'b')
    expect(stdout).toBe('a,b\n')
    expect(exitCode).toBe(0)
  })

  test('an old Node.js is told what is needed, in one line', async () => {
    const installedLauncher = join(installed, 'bin/quorate.js')
    expect(await runNode(asOldNode, installedLauncher, '--help')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'quorate: this is Node.js 20.1.0; quorate needs 22.18 or newer\n',
    })
  })
})
