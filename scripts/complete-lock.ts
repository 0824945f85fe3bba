/**
 * Completes package-lock.json with the binaries of other platforms: `npm run lock`, after a change
 * of dependencies. npm leaves an optional package out when its registry does not offer it, as some
 * mirrors do for platforms other than their own, and `npm ci` then refuses the lock file.
 */
import { readFileSync, writeFileSync } from 'node:fs'

type LockEntry = {
  version?: string
  dev?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}
export type Lock = { packages: Record<string, LockEntry> }

const platformName =
  /[/-](?<os>aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-(?<cpu>[a-z0-9]+)(-(?<abi>[a-z]+))?$/

/** The entry of a package whose name states its platform, as `@scope/tool-linux-x64-musl` does. */
function platformEntry(name: string, version: string, dev: boolean): LockEntry | undefined {
  const { os, cpu, abi } = platformName.exec(name)?.groups ?? {}
  if (os === undefined || cpu === undefined) return undefined
  const libc = abi === 'musl' ? 'musl' : abi === 'gnu' ? 'glibc' : undefined
  return {
    version,
    cpu: [cpu],
    ...(dev && { dev }),
    ...(libc && { libc: [libc] }),
    optional: true,
    os: [os],
  }
}

/** Adds to a lock file the optional packages for other platforms that it lacks; returns their names. */
export function completeLock(lock: Lock): string[] {
  const added: string[] = []
  for (const parent of Object.values(lock.packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      const path = `node_modules/${name}`
      if (path in lock.packages || !/^\d/.test(version)) continue
      const entry = platformEntry(name, version, parent.dev === true)
      if (entry === undefined) continue
      lock.packages[path] = entry
      added.push(name)
    }
  }
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')),
  )
  return added
}

if (import.meta.main) {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock
  const added = completeLock(lock)
  writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`)
  process.stdout.write(`package-lock.json: ${added.length} packages for other platforms added\n`)
}
