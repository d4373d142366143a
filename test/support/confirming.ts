import { confirmApplied } from '@netloom/netlink'

/**
 * Confirms a change that no process undoes, for tests that have a folder of journals in another mount namespace: `confirming.ts JOURNAL`.
 * Prints the error, or `confirmed`.
 */
try {
  confirmApplied(process.argv[2] ?? '', { unwatched: true })
  console.log('confirmed')
} catch (error) {
  const { code, message } = error as Error & { code?: string }
  console.log(`${code}: ${message}`)
}
