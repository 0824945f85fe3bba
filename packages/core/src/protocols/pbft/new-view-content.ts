import type { Digest } from '../../model/index.ts'
import {
  nullDigest,
  type PreparedCertificate,
  type StableCertificate,
  type ViewChange,
} from './pbft.messages.ts'

/** What a set of view changes says that the new view must begin with (§4.4). */
export interface NewViewContent {
  /** min-s: the latest stable checkpoint in V; 0 where there is none. */
  readonly low: number
  readonly stable: StableCertificate | undefined
  /** For each sequence number after min-s, up to max-s, the digest to propose again; nullDigest in gaps. */
  readonly digests: readonly Digest[]
}

/** A function of V alone, so that backups can verify what the primary made of it. */
export function newViewContent(viewChanges: readonly ViewChange[]): NewViewContent {
  let stable: StableCertificate | undefined
  for (const viewChange of viewChanges) {
    if (sequenceOf(viewChange.stable) > sequenceOf(stable)) stable = viewChange.stable
  }
  const low = sequenceOf(stable)
  const chosen: (PreparedCertificate | undefined)[] = []
  for (const { prepared } of viewChanges) {
    for (const certificate of prepared) {
      const { view, sequence } = certificate.prePrepare
      if (sequence <= low) continue
      const place = sequence - low - 1
      while (chosen.length <= place) chosen.push(undefined)
      const rival = chosen[place]
      // What may be committed in a view is prepared in no other way in any later one.
      if (rival === undefined || rival.prePrepare.view < view) chosen[place] = certificate
    }
  }
  const digests = chosen.map((certificate) => certificate?.prePrepare.digest ?? nullDigest)
  return { low, stable, digests }
}

function sequenceOf(stable: StableCertificate | undefined): number {
  return stable?.sequence ?? 0
}
