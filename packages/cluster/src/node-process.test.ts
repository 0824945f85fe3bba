import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { catalogue } from '@quorate/core/protocols'
import { expect, onTestFinished, test } from 'vitest'
import { freePorts } from './free-ports.ts'
import { nodeUsage } from './node-options.ts'
import { temporaryDirectory } from './testing/temporary-directory.ts'

const modulePath = fileURLToPath(new URL('./node-process.ts', import.meta.url))

function startNode(flags: readonly string[]) {
  const child = spawn(
    process.execPath,
    ['--conditions=quorate-source', modulePath, ...flags, '--end-with-input'],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  )
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const errors = text(child.stderr)
  const ended = once(child, 'exit').then(([code]) => code as number)
  return { child, errors, ended }
}

/** The flags of a cluster of one node. */
async function flagsFor(directory: string): Promise<string[]> {
  const [port, clientPort] = await freePorts(2)
  return `--protocol raft --id 0 --nodes 127.0.0.1:${port} --client-port ${clientPort} --data ${directory}`.split(
    ' ',
  )
}

test('wrong flags end the process with code 2, and say what would be right', async () => {
  const { errors, ended } = startNode(['--protocol', 'rift'])
  expect(await ended).toBe(2)
  expect(await errors).toBe(
    `unknown protocol 'rift': the protocols are ${catalogue.map(({ name }) => name).join(', ')}\nusage: ${nodeUsage}\n`,
  )
})

test('a protocol whose clients sign is not started for clients that do not', async () => {
  const { errors, ended } = startNode(['--protocol', 'pbft'])
  expect(await ended).toBe(2)
  expect(await errors).toContain('PBFT serves clients that sign their requests')
})

test('a data directory in use, or damaged, ends the process with code 2 and one line', async () => {
  const directory = join(temporaryDirectory(), 'data')
  const first = startNode(await flagsFor(directory))
  await once(first.child.stdout, 'data')
  const second = startNode(await flagsFor(directory))
  expect(await second.ended).toBe(2)
  expect(await second.errors).toContain(`${directory} is in use by process ${first.child.pid}`)

  first.child.kill('SIGTERM')
  expect(await first.ended).toBe(0)
  expect(existsSync(join(directory, 'lock'))).toBe(false)

  const path = join(directory, 'log')
  const log = readFileSync(path)
  log[30] = (log[30] as number) ^ 1
  writeFileSync(path, log)
  const third = startNode(await flagsFor(directory))
  expect(await third.ended).toBe(2)
  expect(await third.errors).toContain(`${path} is damaged at byte 8 (batch 0)`)
})

test('the end of standard input ends the process in order', async () => {
  const { child, ended } = startNode(await flagsFor(join(temporaryDirectory(), 'data')))
  await once(child.stdout, 'data')
  child.stdin.end()
  expect(await ended).toBe(0)
})
