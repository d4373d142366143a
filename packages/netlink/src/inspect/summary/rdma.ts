import { MOST_RECEIVED, MOST_SENT } from './generic.js'
import type { Sketch } from './sketch.js'
import type { Summary } from './types.js'
import { splitCommand, splitVerb } from './verbs.js'

/** Summarizes a message of NETLINK_RDMA: `get rdma port siw0`. */
export function rdmaSummary(sketch: Sketch): Summary {
  const { attrs, message } = sketch
  const command = message.type.replace('RDMA_NLDEV_CMD_', '')
  const { verb, object } = /^(NEW|DEL)/.test(command) ? splitVerb(sketch, command) : splitCommand(sketch, command)
  if (attrs.devName !== undefined) sketch.named(String(attrs.devName), 'devName')
  else if (attrs.devIndex !== undefined) sketch.named(`#${attrs.devIndex}`, 'devIndex')
  sketch.rest(['devIndex', 'devName'], message.toKernel ? MOST_SENT : MOST_RECEIVED)
  return sketch.summary(verb, `rdma ${object.toLowerCase() || 'device'}`)
}
