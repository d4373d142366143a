// Searches the written site in Chromium, from files: offline search must find pages, members and words of texts.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { strict } from '../repo.mjs'

const executablePath = '/usr/bin/chromium-headless-shell'

/** Queries, with the page that must be among the results. */
const queries = {
  RTM_NEWROUTE: 'Messages.NETLINK_ROUTE.RTM_NEWROUTE.html',
  StateCache: '_netloom_netlink.StateCache.html',
  confirmWithin: '_netloom_netlink.ApplyOptions.html#confirmwithin',
  ERR_NETLINK_ARGUMENT: 'Handle_errors.html',
  'policy routing': 'examples_policy-routing.ts.html',
}

/** Returns the pages that a query finds, and goes to the expected one if it is among them. */
async function results(page, query, expected) {
  await page.click('#tsd-search-trigger')
  await page.fill('#tsd-search-input', query)
  const found = page.locator(`#tsd-search-results a[href*="${expected}"]`)
  const isFound = await found
    .first()
    .waitFor({ state: 'attached' })
    .then(
      () => true,
      () => false,
    )
  const all = await page.locator('#tsd-search-results a').evaluateAll((links) => links.map(({ href }) => href))
  // The next search begins at the page that was found.
  if (isFound) await found.first().click()
  else await page.keyboard.press('Escape')
  return { isFound, all }
}

/** Returns the faults of the search in the site below a folder. Without Chromium it checks nothing, unless CI is set. */
export async function searchFaults(root) {
  if (!existsSync(executablePath)) {
    if (strict()) return [`the search was not checked: ${executablePath} is missing`]
    console.log(`not checked: ${executablePath} is missing`)
    return []
  }
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage()
    // Generous, because a busy machine needs seconds to read the index.
    page.setDefaultTimeout(120_000)
    const faults = []
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) faults.push(`the search requests ${request.url()}`)
    })
    page.on('pageerror', ({ message }) => faults.push(`error in the search: ${message}`))
    await page.goto(pathToFileURL(join(root, 'index.html')).href)
    for (const [query, expected] of Object.entries(queries)) {
      const { isFound, all } = await results(page, query, expected)
      if (!isFound) faults.push(`a search for ${query} does not find ${expected}, but ${all.join(', ') || 'nothing'}`)
    }
    return faults
  } finally {
    await browser.close()
  }
}
