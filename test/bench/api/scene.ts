import type { Namespace } from '../../support/netns.js'
import { addInBatches, addUplink, device, routeLines } from '../connection/routes.js'

/** Half of the links: each pair has two. */
const PAIRS = 500

function* linkLines() {
  for (let pair = 0; pair < PAIRS; pair++) yield `link add p${pair} type veth peer name q${pair}`
}

function* addressLines(count: number) {
  for (let index = 0; index < count; index++) yield `addr add 10.1.${index >> 8}.${index & 255}/32 dev ${device}`
}

function* neighbourLines(count: number) {
  for (let index = 0; index < count; index++) {
    const [high, low] = [index >> 8, index & 255]
    const lladdr = `02:00:00:00:0${high}:${low.toString(16).padStart(2, '0')}`
    yield `neigh add 10.0.${high + 1}.${low} lladdr ${lladdr} dev ${device} nud permanent`
  }
}

/** Creates the objects that the contenders list and look up, and the device of the routes that they add. */
export function addObjects(namespace: Namespace): void {
  addUplink(namespace)
  addInBatches(namespace, linkLines(), addressLines(5000), neighbourLines(1000), routeLines(100_000))
}
