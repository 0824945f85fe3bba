/** The one error that a decoder throws: these bytes are not a value of that type. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}
