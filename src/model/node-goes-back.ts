/** Why a step is ended that has not failed: its node goes back. */
export class NodeGoesBack extends Error {
  constructor() {
    super('the node goes back')
    this.name = 'NodeGoesBack'
  }
}
