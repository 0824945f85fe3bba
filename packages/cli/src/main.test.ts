import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const launcher = fileURLToPath(new URL('../bin/quorate.js', import.meta.url))

test('the command prints its help', () => {
  expect(execFileSync(process.execPath, [launcher, '--help'], { encoding: 'utf8' })).toContain(
    'Usage: quorate',
  )
})
