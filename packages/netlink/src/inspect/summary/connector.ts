import { isMembers } from './members.js'
import type { Sketch } from './sketch.js'
import type { Summary } from './types.js'

/** Words of a request: PROC_CN_MCAST_LISTEN, and PROC_CN_MCAST_IGNORE. */
const requests: Readonly<Record<string, string>> = { PROC_CN_MCAST_LISTEN: 'listen', PROC_CN_MCAST_IGNORE: 'ignore' }

/** Summarizes a message of NETLINK_CONNECTOR: `process exit 4711`. Messages of other users than processes are `connector`. */
export function connectorSummary(sketch: Sketch): Summary {
  const { message, value } = sketch
  const { type } = message
  if (Object.hasOwn(requests, type)) {
    sketch.rest(['id', 'len', 'flags', 'input.mcastOp'], 4)
    return sketch.summary(requests[type] ?? '', 'process events')
  }
  if (!isMembers(value.event)) return sketch.summary('', `connector ${type.replace('CN_IDX_', '').toLowerCase()}`)
  if (type === 'PROC_EVENT_NONE') {
    sketch.rest(['id', 'len', 'flags', 'event.what', 'event.cpu', 'event.timestampNs'], 4)
    return sketch.summary('answer', 'process events')
  }
  const { what: _what, cpu: _cpu, timestampNs: _time, ...union } = value.event
  const [[key, members] = ['', undefined]] = Object.entries(union)
  if (isMembers(members)) addMembers(sketch, `event.${key}`, members)
  return sketch.summary('', `process ${type.replace('PROC_EVENT_', '').toLowerCase()}`)
}

/** Adds process and thread as the name, and the other members. */
function addMembers(sketch: Sketch, path: string, members: Readonly<Record<string, unknown>>): void {
  const tgid = members.childTgid ?? members.processTgid
  const pid = members.childPid ?? members.processPid
  sketch.named(String(tgid), `${path}.${members.childTgid === undefined ? 'processTgid' : 'childTgid'}`)
  if (pid !== tgid) sketch.add(`thread ${pid}`)
  if (members.parentTgid !== undefined) sketch.add(`parent ${members.parentTgid}`)
  if (members.tracerTgid !== undefined)
    sketch.add(members.tracerTgid === 0 ? 'detached' : `tracer ${members.tracerTgid}`)
  if (members.comm !== undefined) sketch.add(`name ${JSON.stringify(members.comm)}`)
  if (members.r !== undefined) sketch.add(`real ${members.r}  effective ${members.e}`)
  if (typeof members.exitCode === 'number') sketch.add(exitText(members.exitCode))
}

/** Returns the words of a status as waitpid(2) returns it: `code 3`, or `signal 9`. */
const exitText = (status: number) =>
  (status & 0x7f) === 0 ? `code ${(status >> 8) & 0xff}` : `signal ${status & 0x7f}`
