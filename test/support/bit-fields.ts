import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newHeaders } from './headers.js'

/** Bit-fields of a struct: our keys with their names in C. */
export type BitFields = Readonly<Record<string, string>>

/** Bit-fields of `struct tcp_info`, linux/tcp.h */
export const tcpInfoBits: BitFields = {
  sndWscale: 'tcpi_snd_wscale',
  rcvWscale: 'tcpi_rcv_wscale',
  deliveryRateAppLimited: 'tcpi_delivery_rate_app_limited',
  fastopenClientFail: 'tcpi_fastopen_client_fail',
  ecnMode: 'tcpi_ecn_mode',
  accecnOptSeen: 'tcpi_accecn_opt_seen',
  accecnFailMode: 'tcpi_accecn_fail_mode',
  options2: 'tcpi_options2',
}

/** Bit-fields of `struct inet_diag_sockopt`, linux/inet_diag.h */
export const sockoptBits: BitFields = {
  recverr: 'recverr',
  isIcsk: 'is_icsk',
  freebind: 'freebind',
  hdrincl: 'hdrincl',
  mcLoop: 'mc_loop',
  transparent: 'transparent',
  mcAll: 'mc_all',
  nodefrag: 'nodefrag',
  bindAddressNoPort: 'bind_address_no_port',
  recverrRfc4884: 'recverr_rfc4884',
  deferConnect: 'defer_connect',
  unused: 'unused',
}

const programOf = (header: string, type: string, members: readonly string[]) => `
#include <stdio.h>
#include <string.h>
#include <${header}>
static void print(const char *name, const void *from, size_t size) {
  printf("%s ", name);
  for (size_t i = 0; i < size; i++) printf("%02x", ((const unsigned char *)from)[i]);
  printf("\\n");
}
int main(void) {
${members.map((name) => `  { ${type} s; memset(&s, 0, sizeof s); s.${name} = ~0; print("${name}", &s, sizeof s); }`).join('\n')}
  return 0;
}
`

/**
 * Compiles a program that prints, for each bit-field, the struct with all bits of that field set. Returns hexadecimal digits by the
 * field's name in C, or undefined if the headers are too old to define all of them.
 */
export function bitFieldsInC(header: string, type: string, bits: BitFields): Map<string, string> | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-bits-'))
  try {
    const program = join(folder, 'bits')
    const options = [...(newHeaders ? ['-isystem', newHeaders] : []), '-w', '-x', 'c', '-o', program, '-']
    const input = programOf(header, type, Object.values(bits))
    const built = spawnSync('gcc', options, { input, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } })
    if (built.status !== 0) {
      if (!newHeaders && /has no member named/.test(built.stderr)) return undefined
      throw new Error(`gcc: ${built.error?.message ?? built.stderr}`)
    }
    const lines = spawnSync(program, { encoding: 'utf8' }).stdout.trim().split('\n')
    return new Map(lines.map((line) => line.split(' ') as [string, string]))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
