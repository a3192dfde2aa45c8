/** Why work is ended whose person has left: what was begun outside this process goes on, and the next run looks at it. */
export class RunLeft extends Error {
  constructor() {
    super('the run was left')
    this.name = 'RunLeft'
  }
}
