/** The request was certainly not done: it was refused everywhere, until time was over. It may be tried again. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}

/** Nobody knows whether the request was done, or will be: it was sent, and no answer came in time. */
export class UnknownOutcomeError extends Error {
  override readonly name = 'UnknownOutcomeError'
}

/** The request is wrong in itself, and was not done. */
export class BadRequestError extends Error {
  override readonly name = 'BadRequestError'
}
