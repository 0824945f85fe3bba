import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the reference data lies: the folder `shared/data` beside the repository, or `QUORATE_DATA`. */
const folder =
  process.env.QUORATE_DATA ??
  fileURLToPath(new URL('../../../../../../../../shared/data', import.meta.url))

/** 4,033 consecutive headers of mainnet, from the beginning of a retarget period. */
export const realHeaders = read('bitcoin/headers-822528-826560.bin')
export const realHeadersStart = { kind: 'checkpoint', height: 822_528 } as const

/** Block 830,000 of mainnet, as serialised on the wire. */
export const realBlock = read('bitcoin/block-830000.bin')

/** The first blocks of mainnet, from height 1: each after four bytes of magic and four of its length. */
export const firstBlocks = unpack('bitcoin/blocks-1-256.bz2')

/** What to say in the name of a test that is skipped without the data. */
export const ifPresent = '(needs the reference data: shared/data beside the repository)'
export const ifUnpacked = '(needs the reference data, and bzip2 or python3 to unpack it)'

function read(file: string): Uint8Array | undefined {
  const path = join(folder, file)
  return existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined
}

/** Node.js knows no bzip2, so the system's is asked, or Python's. */
function unpack(file: string): Uint8Array | undefined {
  const path = join(folder, file)
  if (!existsSync(path)) return undefined
  const python = 'import bz2, sys; sys.stdout.buffer.write(bz2.open(sys.argv[1]).read())'
  for (const [command, ...args] of [
    ['bzip2', '-dc', path],
    ['python3', '-c', python, path],
  ] as const) {
    try {
      return new Uint8Array(execFileSync(command, args, { stdio: ['ignore', 'pipe', 'ignore'] }))
    } catch {
      // Not installed: try the next.
    }
  }
  return undefined
}
