import { pow } from '../../../simulator/exact-math.ts'
import { bitcoin } from '../../../simulator/network/profiles.ts'
import { computedRow, measuredRow, type Reproduction, type Row } from '../reproduction.ts'
import { averagePropagation, type PropagationAverage } from './propagation-average.ts'

/** Decker and Wattenhofer 2013, section V: 10,000 blocks of 2012, of which 169 were contested. */
const observedForks = 0.0169
const observedSpacingSeconds = 633.68
/** How long a node did without a new block, on average: what their model takes. */
const observedDelaySeconds = 11.37
/** Section IV: half of the nodes had a block after that time. */
const observedMedianSeconds = 6.5

/**
 * Their model (equation 10): a fork comes about when anybody who lacks a block finds another, each
 * second with the probability that somebody finds one.
 */
export function forkProbability(delaySeconds: number, spacingSeconds: number): number {
  return 1 - pow(1 - 1 / spacingSeconds, delaySeconds)
}

/**
 * Links are faster today. Blocks of this size take as long on them as those of 2012 did: set, so that
 * the mean delay is theirs.
 */
const blockBytes = 3_700_000
const closeDelay = 0.1
/** The shape of the spreading is that of another network: see the finding. */
const closeMedian = 0.25

const spacings = [634, 300, 120] as const

export const forks: Reproduction = {
  name: 'forks',
  title: 'Forks, from the time that blocks take to spread',
  source: 'Decker and Wattenhofer 2013, sections IV and V',
  run(effort, progress) {
    const worlds = effort === 'full' ? 10 : 2
    const rows: Row[] = [
      computedRow({
        name: 'model, with their delay of 11.37 s',
        theirs: 0.0178,
        ours: forkProbability(observedDelaySeconds, observedSpacingSeconds),
        decimals: 4,
        how: '1 − (1 − 1/633.68)^11.37',
      }),
    ]
    for (const [i, spacingSeconds] of spacings.entries()) {
      const setting = { network: bitcoin, nodes: 100, miners: 100, spacingSeconds, blockBytes }
      const sizes = { compactBlockBytes: blockBytes, compactBlockUsage: 1 }
      const measured = averagePropagation({ ...setting, ...sizes }, 1_000, worlds)
      if (i === 0) rows.push(...observedRows(measured))
      rows.push(modelRow(measured, spacingSeconds))
      progress?.(i + 1, spacings.length)
    }
    return rows
  },
}

function observedRows(measured: PropagationAverage): Row[] {
  const { blocks, staleRate, staleRateError, meanDelaySeconds, reachedSeconds } = measured
  const how = `blocks of ${blockBytes} bytes sent whole, ${measured.how}`
  const { half } = reachedSeconds
  return [
    {
      name: 'mean delay, s (set)',
      theirs: observedDelaySeconds,
      ours: meanDelaySeconds,
      tolerance: `${closeDelay * 100}%`,
      agrees: Math.abs(meanDelaySeconds / observedDelaySeconds - 1) <= closeDelay,
      runs: blocks,
      how,
    },
    {
      name: 'median delay, s',
      theirs: observedMedianSeconds,
      ours: half,
      tolerance: `${closeMedian * 100}%`,
      agrees: Math.abs(half / observedMedianSeconds - 1) <= closeMedian,
      runs: blocks,
      how,
      finding:
        'their delays had a long tail, of nodes that were slow or came and went; ours have none, so that with the same mean the median is later. Forks follow the mean.',
    },
    measuredRow({
      name: 'forks a block, as observed',
      theirs: observedForks,
      ours: staleRate,
      standardError: staleRateError,
      runs: blocks,
      how,
    }),
  ]
}

/** Does the model tell our forks from our delay? */
function modelRow(measured: PropagationAverage, spacingSeconds: number): Row {
  const { blocks, staleRate, staleRateError, meanDelaySeconds, how } = measured
  return measuredRow({
    name: `stale blocks, against the model with the measured delay, a block every ${spacingSeconds} s`,
    theirs: expectedStaleRate(meanDelaySeconds, spacingSeconds),
    ours: staleRate,
    standardError: staleRateError,
    runs: blocks,
    how: `blocks of ${blockBytes} bytes sent whole, ${how}`,
  })
}

/** Forks a block of the chain, as the model has them, as a share of all blocks found. */
function expectedStaleRate(delaySeconds: number, spacingSeconds: number): number {
  const forksPerBlock = forkProbability(delaySeconds, spacingSeconds)
  return forksPerBlock / (1 + forksPerBlock)
}
