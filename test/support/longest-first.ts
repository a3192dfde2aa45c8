import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Test files that take minutes, the longest first. Vitest learns it by itself, but only where it has run before. */
const longest = [
  'drain-escalation',
  'crash-newest',
  'crash-oldest',
  'restore',
  'drain-answers',
  'drain-marks',
  'cluster-watch',
  'drain',
  'fake-kubelet',
  'restore-step',
  'cluster-apply',
  'drain-step',
  'cluster-port',
].map((name) => `/test/integration/${name}.test.ts`)

/** Starts the longest files of a project first, so that no worker has one left when the others have ended. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification): [number, number] => {
      const place = longest.findIndex((name) => moduleId.endsWith(name))
      return [project.config.sequence.groupOrder, place === -1 ? longest.length : place]
    }
    const ranked = (await super.sort(files)).map((file) => ({ file, rank: rank(file) }))
    return ranked.toSorted((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1]).map(({ file }) => file)
  }
}
