import { readFileSync } from 'node:fs'
import { planOf, type Scenario, ScenarioError, scenarioFrom } from '@quorate/core/experiments'
import { parseDocument, stringify } from 'yaml'
import { UsageError } from './exit-codes.ts'

/**
 * Reads a scenario from a file in YAML, of which JSON is a part.
 * @throws UsageError that names the file, and says what is wrong in it
 */
export function readScenarioFile(path: string): Scenario {
  return scenarioIn(readTyped(path), path)
}

/** @param place what the text is, for errors */
export function scenarioIn(text: string, place: string): Scenario {
  return within(place, () => {
    const scenario = scenarioFrom(dataIn(text))
    // What a file says must hold by itself, so that an error is known to be the file's.
    planOf(scenario)
    return scenario
  })
}

/**
 * What is in a file in YAML, of which JSON is a part, as `read` makes it of the data.
 * @throws UsageError that names the file, also for what `read` finds wrong
 */
export function readDataFile<T>(path: string, read: (data: unknown) => T): T {
  const text = readTyped(path)
  return within(path, () => read(dataIn(text)))
}

/** A scenario as the content of a file: JSON where that is what the file is called, else YAML. */
export function scenarioBytes(scenario: Scenario, path: string): Uint8Array {
  const isJson = path.endsWith('.json')
  const text = isJson ? `${JSON.stringify(scenario, null, 2)}\n` : stringify(scenario)
  return new TextEncoder().encode(text)
}

/** Reads a network of one's own, as the JSON of `--network FILE`. */
export function readNetworkFile(path: string): { readonly [key: string]: unknown } {
  const text = readText(path)
  const data = within(path, () => dataIn(text))
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new UsageError(`${path}: a network is an object with regions and roundTripMs`)
  }
  return data as { readonly [key: string]: unknown }
}

function dataIn(text: string): unknown {
  const document = parseDocument(text)
  const [fault] = [...document.errors, ...document.warnings]
  if (fault) throw new UsageError(firstLine(fault))
  try {
    return document.toJS()
  } catch (error) {
    throw new UsageError(firstLine(error))
  }
}

function within<T>(place: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof ScenarioError || error instanceof UsageError)
      throw new UsageError(`${place}: ${error.message}`)
    throw error
  }
}

/** A file that a person has typed, rather than a recorded run. */
function readTyped(path: string): string {
  const text = readText(path)
  if (text.startsWith('quorate trace'))
    throw new UsageError(`${path} is a recorded run: use quorate replay ${path}`)
  return text
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
      return 'there is no such file or folder'
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'permission denied'
    case 'EISDIR':
      return 'it is a folder'
    case 'ENOTDIR':
      return 'a part of the path is no folder'
    case 'ENOSPC':
      return 'the disk is full'
    default:
      return firstLine(error)
  }
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return (message.split('\n')[0] as string).replace(/:$/, '')
}
