import { microsPerSecond } from '../../../model/index.ts'
import type { NetworkProfile } from '../../../simulator/network/profile.ts'
import type { Reproduction, Row } from '../reproduction.ts'
import { measureChainShare } from './chain-share-measurement.ts'
import { measurePropagation } from './propagation-measurement.ts'

/** Enough miners that it hardly matters who finds a block, since its finder has it at once. */
const miners = 30
const spacingSeconds = 60
/** A block takes three messages: its header, the request, the block. */
const messagesPerBlock = 3

/** λΔ: how many blocks all miners find while one of them spreads. */
const growthSettings = [0.1, 0.5, 1] as const
/** The finder of a block works on it at once, a thirtieth of all: so much faster than the bound it may be. */
const closeGrowth = 0.05

/** β, and λΔ of all miners together: safe as long as β < λ / (1 + λΔ), λ being the honest ones' share. */
const races = [
  { attackers: 0.4, delay: 0.1 },
  { attackers: 0.4, delay: 0.5 },
  { attackers: 0.4, delay: 1.5 },
] as const
const closeRace = 0.1

/** Whose share of the chain is at most about β / (1 − β): t / (n − t) of the paper. */
const qualities = [
  { hashShare: 0.2, gamma: 0.9 },
  { hashShare: 0.3, gamma: 0.9 },
  { hashShare: 0.4, gamma: 0.5 },
] as const

export const backbone: Reproduction = {
  name: 'backbone',
  title: 'The backbone: growth, quality, and when prefixes are common',
  source:
    'Garay, Kiayias and Leonardos 2015, theorems on chain growth and chain quality; with delay Δ, Pass, Seeman and Shelat 2017',
  run(effort, progress) {
    const blocks = effort === 'full' ? 3_000 : 500
    const total = growthSettings.length + races.length + qualities.length
    let done = 0
    const tell = (row: Row) => {
      done += 1
      progress?.(done, total)
      return row
    }
    return [
      ...growthSettings.map((delay) => tell(growthRow(delay, blocks))),
      ...races.map((race) => tell(raceRow(race, blocks))),
      ...qualities.map((setting) => tell(qualityRow(setting))),
    ]
  },
}

/** The chain gets longer at the rate λ / (1 + λΔ): what is found while a block spreads is in vain. */
export function chainGrowth(rate: number, delay: number): number {
  return rate / (1 + rate * delay)
}

/** In units of the time between blocks of all miners. */
function growthRow(delay: number, blocks: number): Row {
  const hashShares = Array.from({ length: miners }, () => 1 / miners)
  const { height, seconds } = measured(hashShares, delay, blocks)
  const theirs = chainGrowth(1, delay)
  const ours = (height * spacingSeconds) / seconds
  return {
    name: `chain growth, λΔ = ${delay}`,
    theirs,
    ours,
    tolerance: `${closeGrowth * 100}%`,
    agrees: Math.abs(ours / theirs - 1) <= closeGrowth,
    runs: blocks,
    how: `${miners} equal miners, all as far from each other, ${blocks} blocks, seed 1`,
  }
}

/**
 * Attackers that do not pass on what they find lengthen a branch of their own at rate β. Above one
 * block for each of the honest chain, no number of confirmations is enough.
 */
function raceRow({ attackers, delay }: (typeof races)[number], blocks: number): Row {
  const honest = 1 - attackers
  const hashShares = Array.from({ length: miners }, () => honest / miners)
  const { height, seconds } = measured(hashShares, delay, blocks)
  const theirs = attackers / chainGrowth(honest, delay)
  const ours = (attackers * seconds) / spacingSeconds / height
  return {
    name: `blocks of attackers with ${attackers * 100}% for each of the honest chain, λΔ = ${delay}`,
    theirs,
    ours,
    tolerance: `${closeRace * 100}%, and on the same side of 1`,
    agrees: Math.abs(ours / theirs - 1) <= closeRace && ours > 1 === theirs > 1,
    runs: blocks,
    how: `growth of the chain of ${miners} honest miners, ${blocks} blocks, seed 1; the attackers find β a block interval`,
  }
}

function measured(hashShares: readonly number[], delay: number, blocks: number) {
  const hopMicros = Math.round((delay * spacingSeconds * microsPerSecond) / messagesPerBlock)
  const parameters = { targetSpacingSeconds: spacingSeconds, requestTimeoutMs: 3_600_000 }
  return measurePropagation({ hashShares, network: evenNetwork(hopMicros), parameters }, blocks, 1)
}

/** A bound, not a prediction: how near selfish mining comes to it depends on γ. So a quick look is enough. */
function qualityRow({ hashShare, gamma }: (typeof qualities)[number]): Row {
  const bound = hashShare / (1 - hashShare)
  const measuredShare = measureChainShare('selfish-mining', hashShare, gamma, 'quick')
  const { share, standardError, blocks, how } = measuredShare
  return {
    name: `chain quality: share of attackers with ${hashShare * 100}%, γ = ${gamma}`,
    theirs: bound,
    ours: share,
    standardError,
    tolerance: 'at most the bound, and 3 standard errors',
    agrees: share <= bound + 3 * standardError,
    runs: blocks,
    how,
  }
}

/** All as far from each other. */
function evenNetwork(hopMicros: number): NetworkProfile {
  return {
    name: 'even',
    summary: 'a mesh of links that all take the same time',
    regions: ['everywhere'],
    latency: [[{ kind: 'constant', micros: hopMicros }]],
    uploadBitsPerSecond: [Number.POSITIVE_INFINITY],
    downloadBitsPerSecond: [Number.POSITIVE_INFINITY],
    placement: { kind: 'roundRobin' },
    topology: { kind: 'mesh' },
    ordered: true,
  }
}
