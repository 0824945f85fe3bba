import { expect, test } from 'vitest'
import { completeLock, type Lock } from './complete-lock.ts'

const lockOf = (optionalDependencies: Record<string, string>): Lock => ({
  packages: {
    'node_modules/tool': { version: '1.2.3', dev: true, optionalDependencies },
    'node_modules/tool-linux-x64-gnu': { version: '1.2.3', os: ['linux'], cpu: ['x64'] },
  },
})

test('the binaries of other platforms are added, with the platform that their names state', () => {
  const lock = lockOf({
    'tool-linux-x64-gnu': '1.2.3',
    '@tool/cli-linux-arm64-musl': '1.2.3',
    '@tool/darwin-arm64': '1.2.3',
    'tool-win32-x64-msvc': '1.2.3',
  })
  expect(completeLock(lock)).toEqual([
    '@tool/cli-linux-arm64-musl',
    '@tool/darwin-arm64',
    'tool-win32-x64-msvc',
  ])
  const added = { version: '1.2.3', dev: true, optional: true }
  expect(lock.packages).toMatchObject({
    'node_modules/@tool/cli-linux-arm64-musl': {
      ...added,
      os: ['linux'],
      cpu: ['arm64'],
      libc: ['musl'],
    },
    'node_modules/@tool/darwin-arm64': { ...added, os: ['darwin'], cpu: ['arm64'] },
    'node_modules/tool-win32-x64-msvc': { ...added, os: ['win32'], cpu: ['x64'] },
  })
})

test('what the lock file has stays as it is', () => {
  const lock = lockOf({ 'tool-linux-x64-gnu': '1.2.3' })
  const before = structuredClone(lock)
  expect(completeLock(lock)).toEqual([])
  expect(lock).toEqual(before)
})

test('an optional package that names no platform, or a range of versions, is left to npm', () => {
  expect(completeLock(lockOf({ colours: '1.0.0', 'tool-darwin-x64': '^1.0.0' }))).toEqual([])
})
