import { among, type InFlight, type ScriptedCluster } from './scripted-cluster.ts'

export const S1 = 0
export const S2 = 1
export const S3 = 2
const S4 = 3
export const S5 = 4

const noAppend = ({ message }: InFlight): boolean => message.kind !== 'appendEntries'

/** The servers, as the figure numbers them, need this many entries an AppendEntries. */
export const figure37Parameters = { maxEntriesPerAppend: 1 }

/** (a) S1 leads term 1, and replicates an entry to S2 alone. */
export function partA(cluster: ScriptedCluster): void {
  cluster.elect(S1)
  cluster.write(S1, 'a', 1, 1)
  cluster.deliverAll(among([S1, S2]))
  cluster.drop()
}

/** (b) S1 crashes; S5 is elected by S3 and S4 in term 2, and appends another entry at the same index. */
export function partB(cluster: ScriptedCluster): void {
  cluster.crash(S1)
  for (const id of [S3, S4, S5]) cluster.endLoyalty(id)
  cluster.timeout(S5, 'election')
  cluster.deliverAll((sent) => among([S3, S4, S5])(sent) && noAppend(sent))
  cluster.drop()
}

/** (c) S5 crashes; S1 comes back, leads term 3, and replicates the old entry to S3: a majority has it. */
export function partC(cluster: ScriptedCluster): void {
  cluster.crash(S5)
  cluster.restart(S1)
  for (const id of [S1, S2, S3, S4]) cluster.endLoyalty(id)
  // The first attempt tells it of term 2, in the answer of S3.
  for (let attempt = 0; attempt < 2; attempt += 1) {
    cluster.timeout(S1, 'election')
    cluster.deliverAll((sent) => among([S1, S2, S3])(sent) && noAppend(sent))
  }
  cluster.deliverUntil(() => (cluster.node(S1).matchIndex[S2] as number) >= 2, among([S1, S2]))
  cluster.deliverUntil(() => cluster.node(S1).matchIndex[S3] === 2, among([S1, S3]))
  cluster.drop()
}

/** (d) S1 crashes; S5 comes back, is elected by S3 and S4, and overwrites the entry. */
export function partD(cluster: ScriptedCluster): void {
  cluster.crash(S1)
  cluster.restart(S5)
  for (const id of [S2, S3, S4, S5]) cluster.endLoyalty(id)
  for (let attempt = 0; attempt < 2 && cluster.node(S5).role !== 'leader'; attempt += 1) {
    cluster.timeout(S5, 'election')
    cluster.deliverAll(among([S3, S4, S5]))
  }
}
