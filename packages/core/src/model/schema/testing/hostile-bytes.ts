import fc from 'fast-check'

/** One change to bytes, as a broken or malicious sender would make it. */
const mutation: fc.Arbitrary<(bytes: Uint8Array) => Uint8Array> = fc.oneof(
  fc
    .tuple(fc.nat(), fc.integer({ min: 1, max: 255 }))
    .map(([place, flip]) => (bytes: Uint8Array) => {
      if (bytes.length === 0) return bytes
      const changed = bytes.slice()
      const at = place % bytes.length
      changed[at] = (changed[at] as number) ^ flip
      return changed
    }),
  fc
    .tuple(fc.nat(), fc.constantFrom(0x00, 0x01, 0x02, 0x7f, 0x80, 0x81, 0xff))
    .map(([place, value]) => (bytes: Uint8Array) => {
      if (bytes.length === 0) return Uint8Array.of(value)
      const changed = bytes.slice()
      changed[place % bytes.length] = value
      return changed
    }),
  fc.nat().map((place) => (bytes: Uint8Array) => bytes.slice(0, place % (bytes.length + 1))),
  fc
    .tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 9 }))
    .map(([place, more]) => (bytes: Uint8Array) => {
      const at = place % (bytes.length + 1)
      return Uint8Array.from([...bytes.slice(0, at), ...more, ...bytes.slice(at)])
    }),
  fc.tuple(fc.nat(), fc.nat()).map(([from, to]) => (bytes: Uint8Array) => {
    const ends = [from % (bytes.length + 1), to % (bytes.length + 1)].sort((a, b) => a - b)
    const [start = 0, end = 0] = ends
    return Uint8Array.from([...bytes.slice(0, start), ...bytes.slice(end)])
  }),
)

/** A few changes to bytes, one after the other. */
export const mutations: fc.Arbitrary<(bytes: Uint8Array) => Uint8Array> = fc
  .array(mutation, { minLength: 1, maxLength: 3 })
  .map((changes) => (bytes) => changes.reduce((changed, change) => change(changed), bytes))
