import { readFileSync, statSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { UsageError } from '../exit-codes.ts'
import { plainReason } from '../scenario-file.ts'

/** The largest history that is read: beyond, texts and their operations do not fit into memory. */
const maxBytes = 256 * 2 ** 20

/**
 * The text of a file, unpacked if it is a gzip archive; `-` is the standard input.
 * @throws UsageError if there is none, or it is too large
 */
export function historyText(path: string): string {
  try {
    const status = path === '-' ? undefined : statSync(path)
    if (status?.isFile() && status.size > maxBytes) throw tooLarge(path)
    const bytes = readFileSync(path === '-' ? 0 : path)
    if (bytes.length > maxBytes) throw tooLarge(path)
    return textOf(isGzip(bytes) ? gunzipSync(bytes, { maxOutputLength: maxBytes }) : bytes)
  } catch (error) {
    if (error instanceof UsageError) throw error
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(path)
    throw new UsageError(`cannot read '${path}': ${plainReason(error)}`)
  }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** UTF-8, unless a mark of byte order says UTF-16, as PowerShell writes it. */
function textOf(bytes: Buffer): string {
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe
  return new TextDecoder(isWide ? 'utf-16le' : 'utf-8').decode(bytes)
}

function tooLarge(path: string): UsageError {
  return new UsageError(
    `'${path}' is larger than ${maxBytes / 2 ** 20} MB: check it in parts, a key or an hour at a time`,
  )
}
