import type { DissectedMessage, DoneValue, ErrorValue } from '../../dissect/index.js'
import type { Sketch } from './sketch.js'
import type { Detail, Summary } from './types.js'

/** Summarizes NLMSG_ERROR, NLMSG_DONE and the other control messages. */
export function controlSummary({ type, value }: DissectedMessage): Summary {
  const { code, error, attrs, request, attribute } = value as Partial<ErrorValue & DoneValue>
  const details: Detail[] = []
  if (request) details.push({ text: `in answer to ${request.type}` })
  if (attrs?.msg !== undefined) details.push({ text: JSON.stringify(attrs.msg) })
  if (attribute !== undefined) details.push({ text: `at ${attribute}` })
  if (type === 'NLMSG_OVERRUN')
    return { verb: 'lost', kind: 'messages', name: '', details: [{ text: 'a receive buffer was full' }] }
  const isError = type === 'NLMSG_ERROR'
  if (isError || (error ?? 0) < 0)
    return { verb: error === 0 ? 'ack' : 'error', kind: '', name: code ?? (error === 0 ? '' : String(error)), details }
  return { verb: type === 'NLMSG_DONE' ? 'end' : '', kind: type === 'NLMSG_DONE' ? 'dump' : type, name: '', details }
}

/** Summarizes a message of NETLINK_KOBJECT_UEVENT: `add net u0 /devices/virtual/net/u0`. */
export function ueventSummary(sketch: Sketch): Summary {
  const { action, devpath, properties } = sketch.value
  const pairs = Array.isArray(properties) ? (properties as [string, string][]) : []
  const property = new Map(pairs)
  const name =
    property.get('INTERFACE') ??
    property.get('DEVNAME') ??
    (typeof devpath === 'string' ? devpath.replace(/.*\//, '') : '')
  sketch.named(name)
  if (typeof devpath === 'string') sketch.add(devpath)
  const old = property.get('DEVPATH_OLD')
  if (old !== undefined) sketch.add(`from ${old}`)
  return sketch.summary(
    typeof action === 'string' ? action : '',
    ['uevent', property.get('SUBSYSTEM') ?? ''].join(' ').trim(),
  )
}
