import {
  computedRow,
  type Effort,
  measuredRow,
  type Reproduction,
  type Row,
} from '../reproduction.ts'
import {
  confirmationsNeeded,
  nakamotoProbability,
  rosenfeldProbability,
} from './double-spend-formulas.ts'
import { type DoubleSpendMeasurement, measureDoubleSpend } from './double-spend-measurement.ts'

/** Nakamoto 2008, section 11: the two tables of P for q = 0.1 (z from 0) and q = 0.3 (z = 5, 10, ...). */
const nakamotoTables = [
  {
    hashShare: 0.1,
    confirmations: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    published: [
      1, 0.2045873, 0.0509779, 0.0131722, 0.0034552, 0.0009137, 0.0002428, 0.0000647, 0.0000173,
      0.0000046, 0.0000012,
    ],
  },
  {
    hashShare: 0.3,
    confirmations: [5, 10, 15, 20, 25, 30, 35, 40, 45, 50],
    published: [
      0.1773523, 0.0416605, 0.0101008, 0.0024804, 0.0006132, 0.0001522, 0.0000379, 0.0000095,
      0.0000024, 0.0000006,
    ],
  },
] as const
const publishedDecimals = 7

/** The same section: the z from which on P < 0.1%, by q. */
const nakamotoNeeded = [
  [0.1, 5],
  [0.15, 8],
  [0.2, 11],
  [0.25, 15],
  [0.3, 24],
  [0.35, 41],
  [0.4, 89],
  [0.45, 340],
] as const

/** Rosenfeld 2012, tables 1 and 2: r for n = 1 to 6, in percent there, and the n from which on r < 0.1%. */
const rosenfeldTables = [
  {
    hashShare: 0.1,
    published: [0.2, 0.056, 0.01712, 0.005456, 0.001782, 0.000591],
    decimals: 6,
  },
  {
    hashShare: 0.3,
    published: [0.6, 0.432, 0.32616, 0.25207, 0.19762, 0.15645],
    decimals: 5,
  },
] as const
const rosenfeldNeeded = [
  [0.1, 6],
  [0.2, 13],
  [0.3, 32],
  [0.4, 133],
] as const

const risk = 0.001

/** What is simulated: every row of the tables, or a few. */
const simulated: { readonly [E in Effort]: readonly (readonly [number, number])[] } = {
  quick: [
    [0.1, 1],
    [0.1, 6],
    [0.3, 3],
    [0.3, 6],
  ],
  full: [
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((confirmations) => [0.1, confirmations] as const),
    ...[1, 2, 3, 4, 5, 6, 10, 15, 20, 25, 30, 35, 40, 45, 50].map(
      (confirmations) => [0.3, confirmations] as const,
    ),
  ],
}
const attempts = { quick: 200, full: 4_000 }

export const doubleSpend: Reproduction = {
  name: 'double-spend',
  title: 'Double spends that succeed, by confirmations',
  source: 'Nakamoto 2008, section 11; Rosenfeld 2012, sections 4 and 5',
  run(effort, progress) {
    const rows = [...nakamotoRows(), ...rosenfeldRows()]
    const chosen = simulated[effort]
    for (const [i, [hashShare, confirmations]] of chosen.entries()) {
      const exact = rosenfeldProbability(hashShare, confirmations)
      const measured = measureDoubleSpend(hashShare, confirmations, exact, attempts[effort])
      rows.push(...simulatedRows(hashShare, confirmations, measured))
      progress?.(i + 1, chosen.length)
    }
    return rows
  },
  plot: {
    x: { label: 'confirmations', scale: 'linear' },
    y: { label: 'probability that the double spend succeeds', scale: 'log' },
    series(rows) {
      const byName = new Map(rows.map((row) => [row.name, row]))
      return [0.1, 0.3].flatMap((hashShare) => {
        const places = simulated.full.filter(([share]) => share === hashShare)
        const curve = (name: string, of: typeof rosenfeldProbability) => ({
          name: `${name}, q = ${hashShare}`,
          points: places.map(([, z]) => [z, of(hashShare, z)] as const),
          style: 'curve' as const,
        })
        const measured = places.flatMap(([, z]) => {
          const row = byName.get(simulatedName(hashShare, z))
          return row === undefined ? [] : [[z, row.ours] as const]
        })
        return [
          curve('Rosenfeld', rosenfeldProbability),
          curve('Nakamoto', nakamotoProbability),
          { name: `simulated, q = ${hashShare}`, points: measured, style: 'points' as const },
        ]
      })
    },
  },
}

function nakamotoRows(): Row[] {
  const how = "Nakamoto's formula, evaluated"
  const probabilities = nakamotoTables.flatMap(({ hashShare, confirmations, published }) =>
    published.map((theirs, i) =>
      computedRow({
        name: `Nakamoto, q = ${hashShare}, z = ${confirmations[i]}`,
        theirs,
        ours: nakamotoProbability(hashShare, confirmations[i] as number),
        decimals: publishedDecimals,
        how,
      }),
    ),
  )
  const needed = nakamotoNeeded.map(([hashShare, theirs]) =>
    computedRow({
      name: `Nakamoto, q = ${hashShare}, confirmations for P < 0.1%`,
      theirs,
      ours: confirmationsNeeded(nakamotoProbability, hashShare, risk),
      decimals: 0,
      how,
    }),
  )
  return [...probabilities, ...needed]
}

function rosenfeldRows(): Row[] {
  const how = "Rosenfeld's formula, evaluated"
  const probabilities = rosenfeldTables.flatMap(({ hashShare, published, decimals }) =>
    published.map((theirs, i) =>
      computedRow({
        name: `Rosenfeld, q = ${hashShare}, n = ${i + 1}`,
        theirs,
        ours: rosenfeldProbability(hashShare, i + 1),
        decimals,
        how,
      }),
    ),
  )
  const needed = rosenfeldNeeded.map(([hashShare, theirs]) =>
    computedRow({
      name: `Rosenfeld, q = ${hashShare}, confirmations for r < 0.1%`,
      theirs,
      ours: confirmationsNeeded(rosenfeldProbability, hashShare, risk),
      decimals: 0,
      how,
    }),
  )
  return [...probabilities, ...needed]
}

/** Against Rosenfeld; and how many times more often it succeeds than Nakamoto's formula has it. */
function simulatedRows(
  hashShare: number,
  confirmations: number,
  measured: DoubleSpendMeasurement,
): Row[] {
  const { probability, standardError, attempts: runs, simulatedShare, worlds } = measured
  const weighted =
    simulatedShare === hashShare
      ? ''
      : `, importance sampling with an attacker of ${Math.round(simulatedShare * 100)}%`
  const how = `attack double-spend against one honest miner, seeds 1 to ${worlds}${weighted}`
  const exact = rosenfeldProbability(hashShare, confirmations)
  const kind = nakamotoProbability(hashShare, confirmations)
  return [
    measuredRow({
      name: simulatedName(hashShare, confirmations),
      theirs: exact,
      ours: probability,
      standardError,
      runs,
      how,
    }),
    measuredRow({
      name: `times more often than by Nakamoto's formula, q = ${hashShare}, z = ${confirmations}`,
      theirs: exact / kind,
      ours: probability / kind,
      standardError: standardError / kind,
      runs,
      how,
    }),
  ]
}

function simulatedName(hashShare: number, confirmations: number): string {
  return `simulated, q = ${hashShare}, n = ${confirmations}`
}
