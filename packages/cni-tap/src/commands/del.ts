import { detach, throwFirst } from '../attachment/detach.js'
import { loadSpoofCheck } from '../attachment/load-spoof-check.js'
import { isSpoofChecked, readConfig } from '../cni/config.js'
import type { Reply, Request } from '../cni/request.js'

/**
 * DEL: of what ADD made, nothing is left; done twice, it succeeds twice. Whoever asks it to end in the middle lets it come to
 * its end, as that is near.
 */
export async function del(request: Request): Promise<Reply> {
  const { ipam } = readConfig(request.json, 'DEL')
  const spoofCheck = await loadSpoofCheck(isSpoofChecked(request.json))
  request.host.catchSignals()
  throwFirst(detach(request, { ipam: ipam?.type, spoofCheck, renamed: true }))
  return {}
}
