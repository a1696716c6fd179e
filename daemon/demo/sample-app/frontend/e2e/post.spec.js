import { expect, test } from '@playwright/test';

test('a notice that is posted is on the board at once', async ({ page }) => {
  await page.goto('/');
  await page.getByLabel('Notice').fill('Lift is broken');
  await page.getByLabel('Your name').fill('Lin');
  await page.getByRole('button', { name: 'Post' }).click();
  await expect(page.getByRole('listitem')).toContainText(['Lift is broken']);
  await expect(page.getByRole('status')).toHaveText('Your notice is on the board.');
});
