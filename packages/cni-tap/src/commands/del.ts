import { detach } from '../attachment/detach.js'
import { loadSpoofCheck } from '../attachment/load-spoof-check.js'
import { isSpoofChecked, readConfig } from '../cni/config.js'
import { throwFirst } from '../cni/error.js'
import type { Reply, Request } from '../cni/request.js'

/** DEL: removes everything that ADD created. A second DEL succeeds too. */
export async function del(request: Request): Promise<Reply> {
  const { ipam } = readConfig(request.json, 'DEL')
  const spoofCheck = await loadSpoofCheck(isSpoofChecked(request.json))
  throwFirst(detach(request, { ipam: ipam?.type, spoofCheck, renamed: true }))
  return {}
}
