import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bin } from '../support/osferry.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { podSpec, startDrainWorld, type DrainWorld } from '../support/drain-world.ts'
import { openTerminal, type PseudoTerminal } from '../support/terminal.ts'

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'a drain in a pseudo-terminal, on the %s control plane',
  (release) => {
    let world: DrainWorld

    beforeAll(async () => {
      world = await startDrainWorld({ release, nodes: 8 })
      await world.namespace('shown')
      for (const node of ['node-1', 'node-2']) {
        await world.create(`${world.core}/shown/pods`, {
          metadata: { name: `on-${node}`, finalizers: ['example.com/hold'] },
          spec: podSpec({ nodeName: node }),
        })
      }
      await world.ready(2, 'shown')
    })
    afterAll(async () => {
      await world.clean()
      await world.stop()
    })

    function drain(args: readonly string[], size: { columns: number; rows: number }): PseudoTerminal {
      const env = { KUBECONFIG: world.kubeconfig, HOME: world.cwd }
      const argv = [process.execPath, bin, 'drain', ...args, '--yes', '--force-naked']
      return openTerminal(argv, { ...size, cwd: world.cwd, env })
    }

    function expectCursor(terminal: PseudoTerminal): void {
      const raw = terminal.raw()
      expect(raw).toContain('\u001B[?25l')
      expect(raw.lastIndexOf('\u001B[?25h')).toBeGreaterThan(raw.lastIndexOf('\u001B[?25l'))
    }

    it('redraws one row a node, says for how long nothing has changed, and ends clean on Ctrl-C', async () => {
      const terminal = drain(['node-1', 'node-2', '--max-nodes', '2'], { columns: 110, rows: 24 })
      const screen = await terminal.shows(/▸ node-2 {2}evicting +0\/1 {2}⏸ \ds: 1 held by finalizers example/)
      expect(screen.filter((line) => line.includes('▸ node-1'))).toHaveLength(1)
      await terminal.shows(/▸ node-1 {2}evicting +0\/1 {2}⏸ [3-9]s/)
      terminal.type('\u0003')
      expect(await terminal.exited).toBe(6)
      const end = terminal.screen().join('\n')
      expect(end.match(/✖ node-\d {2}not drained/g)).toHaveLength(2)
      expect(end).toContain('stopping: nodes at work are given back as they were found')
      expect(end.match(/as it was found/g)).toHaveLength(2)
      expectCursor(terminal)
      expect((await world.node('node-1'))['spec'].unschedulable).toBeUndefined()
    })

    it('folds nodes that wait into one row of a small terminal, and keeps within its width', async () => {
      const nodes = Array.from({ length: 8 }, (_, index) => `node-${index + 1}`)
      const terminal = drain(nodes, { columns: 60, rows: 6 })
      await terminal.shows('7 waiting')
      // The node may still be cordoned when the others are folded.
      const screen = await terminal.shows(/▸ node-1 {2}evicting.*…/)
      const rows = screen.filter((line) => line.includes('▸'))
      expect(rows).toEqual([expect.stringMatching(/▸ node-1 {2}evicting.*…$/)])
      terminal.type('\u0003')
      expect(await terminal.exited).toBe(6)
      expectCursor(terminal)
    })

    it('prints lines where nothing can be redrawn', async () => {
      const { stderr } = await world.run(['drain', 'node-1', '--yes', '--force-naked', '--timeout', '3s'])
      expect(stderr).not.toContain('\u001B')
      expect(stderr).toMatch(/^\d\d:\d\d:\d\d drain node-1 evicting 0\/1/m)
      expect((await world.node('node-1'))['spec'].unschedulable).toBeUndefined()
    })
  },
)
