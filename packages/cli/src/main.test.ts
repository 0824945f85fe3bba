import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { quorate, temporaryFolder } from './testing/command.ts'

describe('quorate', () => {
  test('without arguments shows what there is', async () => {
    const { exitCode, stdout, stderr } = await quorate()
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toContain('Usage: quorate [options] [command]')
    expect((await quorate('--help')).stdout).toBe(stdout)
  })

  test('and each of its commands has a help with examples, within 80 columns', async () => {
    const commands = ['run', 'replay', 'list', 'compare', 'reproduce', 'check', 'sweep', 'worker']
    for (const args of [[], ...commands.map((name) => [name]), ['linearizable']]) {
      const { exitCode, stdout, stderr } = await quorate(...args, '--help')
      expect([exitCode, stderr]).toEqual([0, ''])
      expect(stdout).toMatch(/\nExamples?:\n {2}quorate /)
      for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    }
  })

  test('knows its version', async () => {
    const path = new URL('../package.json', import.meta.url)
    const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string }
    expect(await quorate('--version')).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' })
  })

  test.skipIf(!existsSync('/dev/full'))(
    'tells a result that could not be written from a verdict',
    () => {
      const { status, stderr } = shell('quorate list > /dev/full')
      expect(status).toBe(2)
      expect(stderr).toBe('quorate: cannot write the result: the disk is full\n')
    },
  )

  test('has the result for who has stopped looking at its progress', () => {
    const file = join(temporaryFolder(), 'results')
    const sweep = `quorate sweep paxos --runs 2 --json --results ${file}`
    const { stdout } = shell(`{ ${sweep} 2>&1 >&3 | true; } 3>&1`)
    expect(JSON.parse(stdout).doneRuns).toBe(2)
  })
})

/** Runs a line of shell in which `quorate` is this command. */
function shell(line: string) {
  const launcher = fileURLToPath(new URL('../bin/quorate.js', import.meta.url))
  const { NODE_OPTIONS: _, ...env } = process.env
  const script = `quorate() { "${process.execPath}" "${launcher}" "$@"; }\n${line}`
  return spawnSync('sh', ['-c', script], { env, encoding: 'utf8' })
}
