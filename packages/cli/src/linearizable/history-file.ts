import { readFileSync, statSync } from 'node:fs'
import { UsageError } from '../exit-codes.ts'
import { plainReason } from '../scenario-file.ts'

/** The largest history that is read: beyond, texts and their operations do not fit into memory. */
const maxBytes = 256 * 2 ** 20

/**
 * The text of a file; `-` is the standard input.
 * @throws UsageError if there is none, or it is too large
 */
export function historyText(path: string): string {
  try {
    const status = path === '-' ? undefined : statSync(path)
    if (status?.isFile() && status.size > maxBytes) throw tooLarge(path)
    const bytes = readFileSync(path === '-' ? 0 : path)
    if (bytes.length > maxBytes) throw tooLarge(path)
    return bytes.toString('utf8')
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`cannot read '${path}': ${plainReason(error)}`)
  }
}

function tooLarge(path: string): UsageError {
  return new UsageError(
    `'${path}' is larger than ${maxBytes / 2 ** 20} MB: check it in parts, a key or an hour at a time`,
  )
}
