import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { quorate, quorateJson, temporaryFolder } from '../testing/command.ts'

test('quorate reproduce shows theirs beside ours, and writes a page with plots', async () => {
  const file = join(temporaryFolder(), 'reproduction.html')
  const { exitCode, stdout } = await quorate(
    'reproduce',
    'raft-elections',
    '--quick',
    '--html',
    file,
  )
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/theirs +ours +tolerance\n/)
  expect(stdout).toMatch(/✓ 150 to 155 ms, median, ms +287 +\d/)
  // What differs for a known reason says so, and is no failure.
  expect(stdout).toMatch(/≠ 150 to 200 ms, worst, ms +513/)
  expect(stdout).toMatch(
    /\n\d+ of 2 published figures agree, 1 differs for a known reason, 0 differ; /,
  )
  const page = readFileSync(file, 'utf8')
  expect(page.match(/<svg /g)).toHaveLength(1)
  expect(page).not.toContain('NaN')
})

test('quorate reproduce --json prints one document, the same every time', async () => {
  const once = await quorateJson('reproduce', 'message-delays', '--quick')
  expect(once.schema).toBe('quorate.reproduce/1')
  const [{ rows }] = once.results
  expect(rows.every(({ agrees }: { agrees: boolean }) => agrees)).toBe(true)
  expect(rows.find(({ name }: { name: string }) => name === 'pbft')).toMatchObject({
    theirs: 3,
    ours: 3,
  })
  const again = await quorateJson('reproduce', 'message-delays', '--quick')
  expect(again.results).toEqual(once.results)
})

test('a result that there is not is refused in one line', async () => {
  const { exitCode, stderr } = await quorate('reproduce', 'perpetual-motion')
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/^quorate: unknown result 'perpetual-motion': the results are .*\n$/)
})
