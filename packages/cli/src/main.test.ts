import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { quorate } from './testing/command.ts'

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
})
