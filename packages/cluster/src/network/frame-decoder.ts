/** Bytes that cannot be the frames of a peer. */
class FrameError extends Error {
  override readonly name = 'FrameError'
}

/** A frame on the wire: its length in 4 bytes, highest first, then as many bytes. */
export const lengthBytes = 4

/**
 * Cuts a stream of bytes into frames. A length is checked before anything is allocated, and a frame
 * takes no more than twice the memory of the bytes of it that have arrived.
 *
 * A frame is handed over as a view of the chunk it came in, or as a buffer of its own where it came
 * in several. Chunks must not be reused, for whoever gets a frame may keep views of it.
 */
export class FrameDecoder {
  /** The longest frame allowed, in bytes; it may be changed between frames. */
  maxBytes: number
  #stopped = false
  /** The first `#filled` bytes are what has arrived of a frame, its length included, that came in several chunks. */
  #partial: Buffer = Buffer.alloc(0)
  #filled = 0

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
  }

  /** Hands over no further frame, even of the chunk at hand. */
  stop(): void {
    this.#stopped = true
    this.#partial = Buffer.alloc(0)
  }

  /** @throws FrameError if a length is 0 or above the limit */
  feed(chunk: Uint8Array, deliver: (frame: Uint8Array) => void): void {
    let rest = chunk
    while (rest.length > 0 && !this.#stopped) {
      if (this.#filled > 0) {
        rest = this.#fill(rest, lengthBytes)
        if (this.#filled < lengthBytes) return
        const end = lengthBytes + this.#lengthOf(this.#partial)
        rest = this.#fill(rest, end)
        if (this.#filled < end) return
        const frame = this.#partial.subarray(lengthBytes, end)
        this.#partial = Buffer.alloc(0)
        this.#filled = 0
        deliver(frame)
        continue
      }
      const end = rest.length < lengthBytes ? undefined : lengthBytes + this.#lengthOf(rest)
      if (end === undefined || end > rest.length) {
        this.#fill(rest, rest.length)
        return
      }
      const frame = rest.subarray(lengthBytes, end)
      rest = rest.subarray(end)
      deliver(frame)
    }
  }

  /** Moves bytes from the chunk until `end` bytes of the frame are there; returns what is left of it. */
  #fill(chunk: Uint8Array, end: number): Uint8Array {
    const taken = Math.max(0, Math.min(end - this.#filled, chunk.length))
    const filled = this.#filled + taken
    if (filled > this.#partial.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(filled, Math.min(end, 2 * filled)))
      this.#partial.copy(larger, 0, 0, this.#filled)
      this.#partial = larger
    }
    this.#partial.set(chunk.subarray(0, taken), this.#filled)
    this.#filled = filled
    return chunk.subarray(taken)
  }

  #lengthOf(head: Uint8Array): number {
    const length = new DataView(head.buffer, head.byteOffset, lengthBytes).getUint32(0)
    if (length === 0 || length > this.maxBytes) {
      throw new FrameError(`a frame of ${length} bytes: it must have 1 to ${this.maxBytes}`)
    }
    return length
  }
}
