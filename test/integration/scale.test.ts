import { describe, expect, it } from 'vitest'
import { observeBudgets } from '../support/scale/budget-observer.ts'
import { runScale } from '../support/scale/run-scale.ts'
import { scaleScene } from '../support/scale/scale-scene.ts'

/** All of it is CPU, on machines that may be busy. */
const timeout = 300_000

describe('a fleet that is moved by its plan', { timeout }, () => {
  it('keeps every budget in every moment, and needs little more time than the lower bound', async () => {
    const { result, plan, observer, makespanMs, boundMs } = await runScale({ nodes: 40, pods: 400 })
    expect(result).toMatchObject({ exitCode: 0, error: undefined, halt: undefined })
    expect(result.nodes.filter(({ state }) => state === 'done')).toHaveLength(40)
    expect(observer.violations).toEqual([])
    // Budgets have held drains back, and every pod had to go at least once.
    expect(observer.budgets).toBeGreaterThan(50)
    expect(observer.exhausted()).toBeGreaterThan(50)
    expect(observer.evictions()).toBeGreaterThanOrEqual(400)
    // 5 % of 40.
    expect(plan.limits.maxUnavailable).toBe(2)
    expect(observer.mostAway()).toBe(2)
    // Simulated time: the same on every machine.
    expect(makespanMs / boundMs).toBeGreaterThan(1)
    expect(makespanMs / boundMs).toBeLessThanOrEqual(1.1)
    expect(makespanMs / plan.bounds.makespanMs).toBeLessThanOrEqual(1.1)
  })
})

describe('the observer of budgets', () => {
  it('sees pods that go past their budget', () => {
    const { cluster } = scaleScene({ nodes: 6, pods: 60 })
    const observer = observeBudgets(cluster)
    const request = { contentType: 'application/json', user: { name: 'admin', groups: ['system:masters'] } }
    const ask = (method: string, path: string, query = ''): object => {
      const url = { path, query: new URLSearchParams(query), body: undefined }
      const answer = cluster.handle({ method, ...url, ...request })
      return 'body' in answer ? (answer.body as object) : {}
    }
    const path = '/api/v1/namespaces/shop-1/pods'
    const remove = (name: string): unknown => ask('DELETE', `${path}/${name}`)
    // Of three members of the database the budget lets one go.
    remove('db-0')
    expect([observer.violations, observer.exhausted()]).toEqual([[], 1])
    remove('db-1')
    expect(observer.violations).toEqual([{ budget: 'shop-1/db', healthy: 1, desired: 2, pod: 'db-1' }])
    expect(observer.evictions()).toBe(2)
  })
})
