import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startControlServer, type ControlServer } from '../../src/lab/control-server.ts'
import type { LabMachine, LabOrder } from '../../src/model/lab-control.ts'

const machine: LabMachine = {
  schema: 'lab-machine/v1',
  name: 'node 1/a',
  isOn: true,
  installation: null,
  refuses: null,
}

describe('the control server of a lab', () => {
  let server: ControlServer
  const orders: [string, string, LabOrder][] = []
  beforeEach(async () => {
    server = await startControlServer({
      machine: (name) => (name === machine.name ? machine : undefined),
      order(name, verb, order) {
        orders.push([name, verb, order])
        return { taken: 'accepted', machine }
      },
    })
  })
  afterEach(async () => {
    await server.close()
    orders.length = 0
  })

  const path = `/machines/${encodeURIComponent(machine.name)}`
  async function ask(
    to: string,
    init: RequestInit = {},
    token = server.access.token,
  ): Promise<[number, unknown]> {
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(`${server.access.url}${to}`, { ...init, headers })
    return [response.status, await response.json()]
  }
  const post = (body: string): RequestInit => ({ method: 'POST', body })

  it('tells of a machine, and takes orders for it', async () => {
    expect(await ask(path)).toEqual([200, machine])
    const order = { token: 'r1:node:3', target: 'containeros' }
    expect(await ask(`${path}/provision`, post(JSON.stringify(order)))).toEqual([
      200,
      { taken: 'accepted', machine },
    ])
    await ask(`${path}/cancel`, post(JSON.stringify(order)))
    const back = { ...order, back: 'empty-disk' } as const
    await ask(`${path}/rollback`, post(JSON.stringify(back)))
    expect(orders).toEqual([
      [machine.name, 'provision', order],
      [machine.name, 'cancel', order],
      [machine.name, 'rollback', back],
    ])
  })

  it.each([
    ['another token', () => ask(path, {}, '0'.repeat(64)), 401],
    ['no token at all', () => ask(path, {}, ''), 401],
    ['a machine that there is not', () => ask('/machines/node-9'), 404],
    ['a name that is no name', () => ask('/machines/%ff'), 404],
    ['another path', () => ask('/'), 404],
    ['a verb that there is not', () => ask(`${path}/erase`, post('{}')), 404],
    ['an order by GET', () => ask(`${path}/provision`), 405],
    ['what is no JSON', () => ask(`${path}/provision`, post('{')), 400],
    [
      'an order with more in it',
      () => ask(`${path}/provision`, post('{"token":"t","target":"containeros","x":1}')),
      400,
    ],
    [
      'a target that there is not',
      () => ask(`${path}/provision`, post('{"token":"t","target":"plan9"}')),
      400,
    ],
    [
      'a way back that there is not',
      () => ask(`${path}/rollback`, post('{"token":"t","target":"containeros","back":"tape"}')),
      400,
    ],
    ['an order without end', () => ask(`${path}/provision`, post(`"${'x'.repeat(200_000)}"`)), 400],
  ])('refuses %s, and does nothing', async (_, question, status) => {
    expect((await question())[0]).toBe(status)
    expect(orders).toEqual([])
  })
})
