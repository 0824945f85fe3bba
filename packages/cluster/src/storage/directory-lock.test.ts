import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { DirectoryInUseError, DirectoryLock } from './directory-lock.ts'

test('a directory in use is refused, by name of the process, until it is released', () => {
  const directory = temporaryDirectory()
  const lock = DirectoryLock.acquire(directory)
  expect(() => DirectoryLock.acquire(directory)).toThrow(
    new DirectoryInUseError(
      `${directory} is in use by process ${process.pid}: stop it, or give this node a directory of its own`,
    ),
  )
  lock.release()
  DirectoryLock.acquire(directory).release()
  expect(readdirSync(directory)).toEqual([])
})

test('the lock of a killed process is taken over', async () => {
  const directory = temporaryDirectory()
  const module = new URL('./directory-lock.ts', import.meta.url).href
  const program = `const { DirectoryLock } = await import('${module}')
    DirectoryLock.acquire(${JSON.stringify(directory)})
    console.log('locked')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    await once(child.stdout, 'data')
    expect(() => DirectoryLock.acquire(directory)).toThrow(`in use by process ${child.pid}`)
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const lock = DirectoryLock.acquire(directory)
  lock.release()
  expect(existsSync(join(directory, 'lock'))).toBe(false)
})

test.skipIf(process.platform !== 'linux')(
  'a lock that names this process by number, but an earlier one by its start, is stale',
  () => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'lock'), `${process.pid} an-earlier-boot:1\n`)
    DirectoryLock.acquire(directory).release()
  },
)

test('a lock file that a power cut left empty is stale', () => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'lock'), '')
  DirectoryLock.acquire(directory).release()
})
