import { Writer } from '../../model/index.ts'
import type { AcceptableList, Announcement, Claim, Lock } from './dls.messages.ts'

// What is signed under each kind of statement. Each begins with its kind, so that none passes for another.

export function claimText({ round }: Pick<Claim, 'round'>): Uint8Array {
  const writer = new Writer()
  writer.text('claim')
  writer.natural(round)
  return writer.finish()
}

export function listText({
  phase,
  values,
  everything,
}: Pick<AcceptableList, 'phase' | 'values' | 'everything'>): Uint8Array {
  const writer = new Writer()
  writer.text('list')
  writer.natural(phase)
  writer.byte(everything ? 1 : 0)
  writer.natural(values.length)
  for (const value of values) writer.bytes(value)
  return writer.finish()
}

/** The proof need not be signed: any that is valid proves the same. */
export function lockText({ value, phase }: Pick<Lock, 'value' | 'phase'>): Uint8Array {
  const writer = new Writer()
  writer.text('lock')
  writer.natural(phase)
  writer.bytes(value)
  return writer.finish()
}

export function announcementText({ value }: Pick<Announcement, 'value'>): Uint8Array {
  const writer = new Writer()
  writer.text('decide')
  writer.bytes(value)
  return writer.finish()
}
