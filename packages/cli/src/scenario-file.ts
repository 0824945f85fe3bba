import { readFileSync } from 'node:fs'
import { type Scenario, scenarioFrom } from '@quorate/core/experiments'
import { parse } from 'yaml'
import { UsageError } from './exit-codes.ts'

/**
 * Reads a scenario from a file in YAML, of which JSON is a part.
 * @throws UsageError that names the file, and says what is wrong in it
 */
export function readScenarioFile(path: string): Scenario {
  return within(path, () => scenarioFrom(parse(readText(path))))
}

/** Reads a network of one's own, as the JSON of `--network FILE`. */
export function readNetworkFile(path: string): { readonly [key: string]: unknown } {
  const data: unknown = within(path, () => parse(readText(path)))
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new UsageError(`${path}: a network is an object with regions and roundTripMs`)
  }
  return data as { readonly [key: string]: unknown }
}

function within<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${path}: ${firstLine(error)}`)
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read '${path}': ${plainReason(error)}`)
  }
}

/** Why a file could not be read or written, in words. */
export function plainReason(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return 'there is no such file'
    case 'EACCES':
      return 'permission denied'
    case 'EISDIR':
      return 'it is a folder'
    default:
      return firstLine(error)
  }
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return (message.split('\n')[0] as string).replace(/:$/, '')
}
