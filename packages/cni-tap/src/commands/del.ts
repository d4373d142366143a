import { detach } from '../attachment/detach.js'
import { loadSpoofCheck } from '../attachment/load-spoof-check.js'
import { loadTraffic } from '../attachment/load-traffic.js'
import { readConfig, readParts } from '../cni/config.js'
import { throwFirst } from '../cni/error.js'
import type { Reply, Request } from '../cni/request.js'

/** DEL: removes everything that ADD created. A second DEL succeeds too. */
export async function del(request: Request): Promise<Reply> {
  const { ipam } = readConfig(request.json, 'DEL')
  const { redirect: redirected, ...parts } = readParts(request.json)
  const spoofCheck = await loadSpoofCheck(parts.spoofCheck)
  const traffic = await loadTraffic(redirected || parts.bandwidth)
  throwFirst(detach(request, { ipam: ipam?.type, spoofCheck, traffic, redirected, renamed: true }))
  return {}
}
