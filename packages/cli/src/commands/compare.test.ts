import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { quorate, quorateJson, temporaryFolder } from '../testing/command.ts'

const small = ['--nodes', '4', '--network', 'lan', '--clients', '4,16']

test('quorate compare shows one column a protocol, and writes a page that stands by itself', async () => {
  const file = join(temporaryFolder(), 'comparison.html')
  const { exitCode, stdout } = await quorate(
    'compare',
    'raft',
    'nakamoto',
    ...small,
    '--html',
    file,
  )
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/\n +raft +nakamoto\n/)
  expect(stdout).toMatch(/\nsurvives +1 of 4 crashed +anyone/)
  expect(stdout).toMatch(/\nfinal +at once +6 blocks, 57 min/)
  expect(stdout).toMatch(/\nverdict +held +held/)
  expect(stdout).toContain('Open to anyone rather than to 4 known nodes')
  const page = readFileSync(file, 'utf8')
  expect(page).toMatch(/^<!doctype html>/)
  expect(page.match(/<svg /g)?.length).toBe(7)
  expect(page).not.toMatch(/(src|href)=/)
  expect(page).not.toContain('NaN')
})

test('quorate compare --json prints one document', async () => {
  const document = await quorateJson('compare', 'raft', ...small)
  expect(Object.keys(document)[0]).toBe('schema')
  expect(document.schema).toBe('quorate.compare/1')
  const [raft] = document.protocols
  expect(raft.alone.messageDelays).toBe(2)
  expect(raft.load).toHaveLength(2)
  expect(raft.verdict).toBe('held')
})

test.each([
  [['paxos'], 'Paxos cannot be compared'],
  [['raft', '--nodes', 'many'], "--nodes is 'many': it must be a whole number from 1 to 1000"],
  [['raft', '--clients', '8,4'], "--clients is '8,4': write ascending numbers"],
  [['raft', '--risk', '2'], "--risk is '2': it must be more than 0% and less than 100%"],
  [['raft', '--attacker', '50%'], "--attacker is '50%': it must be more than 0% and less than 50%"],
  [['raft', '--html', '/nowhere/at/all.html'], "cannot write '/nowhere/at/all.html'"],
])('quorate compare %j is refused in one line', async (args, reason) => {
  const { exitCode, stdout, stderr } = await quorate('compare', ...args)
  expect(exitCode).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toContain(`quorate: ${reason}`)
  expect(stderr.trimEnd()).not.toContain('\n')
})

test('what is refused leaves no page behind', async () => {
  const file = join(temporaryFolder(), 'comparison.html')
  await quorate('compare', 'raft', 'zab', '--html', file)
  expect(existsSync(file)).toBe(false)
})
