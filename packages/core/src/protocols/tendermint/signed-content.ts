import { bytes, encode, int, natural, option, union } from '../../model/index.ts'
import type { Proposal, Vote } from './tendermint.messages.ts'

const votedFor = { height: natural, round: natural, id: option(bytes) }

/** What validators sign. The kind is part of it: a prevote is never taken for a precommit. */
const SignedContent = union({
  proposal: { height: natural, round: natural, id: bytes, validRound: int },
  prevote: votedFor,
  precommit: votedFor,
})

/** What a proposer signs: its value by its id. */
export function signedProposal(
  { height, round, validRound }: Pick<Proposal, 'height' | 'round' | 'validRound'>,
  id: Uint8Array,
): Uint8Array {
  return encode(SignedContent, { kind: 'proposal', height, round, id, validRound })
}

/** What a voter signs. */
export function signedVote({
  type,
  height,
  round,
  id,
}: Pick<Vote, 'type' | 'height' | 'round' | 'id'>): Uint8Array {
  return encode(SignedContent, { kind: type, height, round, id })
}
