import { expect, test } from './credits';

for (const run of [1, 2, 3]) {
  test(`a month takes its part of the value (${run})`, async ({ page, credits }) => {
    await page.goto('/');
    const first = page.getByRole('row').filter({ hasText: 'Aurora Research Labs' });
    await expect(first).toContainText('5870.35000');
    await credits.control('POST', 'clock/advance', { months: 1 });
    await page.reload();
    await expect(first).not.toContainText('5870.35000');
    await expect(first).toContainText(/\d+\.\d{5}/);
  });
}

test('a refusal is shown in its words', async ({ page, credits }) => {
  await credits.control('POST', 'faults', { status: 503 });
  await page.goto('/');
  await expect(page.getByRole('alert')).toContainText('503');
});

test.describe('with names that are markup', () => {
  test.use({ gallery: 'markup' });

  test('shows them as text', async ({ page }) => {
    await page.goto('/');
    await expect(page.getByText('<b>Bold</b> & <i>Italic</i>')).toBeVisible();
    await expect(page).toHaveTitle('Credits');
  });
});
