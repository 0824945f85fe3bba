import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameDecoder } from './frame-decoder.ts'

function framed(payload: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(payload.length)
  return Buffer.concat([length, payload])
}

test('frames come out whole, however the stream is cut', () => {
  const payloads = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 20 })
  const cuts = fc.infiniteStream(fc.integer({ min: 1, max: 50 }))
  fc.assert(
    fc.property(payloads, cuts, (payloads, cuts) => {
      const stream = Buffer.concat(payloads.map(framed))
      const decoder = new FrameDecoder(40)
      const frames: number[][] = []
      for (let at = 0; at < stream.length; ) {
        const size = cuts.next().value as number
        decoder.feed(Buffer.from(stream.subarray(at, at + size)), (frame) =>
          frames.push([...frame]),
        )
        at += size
      }
      expect(frames).toEqual(payloads.map((payload) => [...payload]))
    }),
  )
})

test('a length of 0 or above the limit is refused before its bytes arrive', () => {
  for (const length of [0, 11, 0xffffffff]) {
    const head = Buffer.alloc(4)
    head.writeUInt32BE(length)
    const message = `a frame of ${length} bytes: it must have 1 to 10`
    expect(() => new FrameDecoder(10).feed(head, () => {})).toThrow(message)
    const slow = new FrameDecoder(10)
    expect(() => {
      for (const byte of head) slow.feed(Uint8Array.of(byte), () => {})
    }).toThrow(message)
  }
})

test('nothing is delivered after stop, even of the same chunk', () => {
  const decoder = new FrameDecoder(10)
  let count = 0
  const chunk = Buffer.concat([framed(Uint8Array.of(1)), framed(Uint8Array.of(2))])
  decoder.feed(chunk, () => {
    count += 1
    decoder.stop()
  })
  decoder.feed(chunk, () => {
    count += 1
  })
  expect(count).toBe(1)
})
