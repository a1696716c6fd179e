/** What shows a notification on a desktop: a program with what it is given. */
export interface DesktopCommand {
  argv: string[];
  env: Record<string, string>;
}

/** AppleScript that gets its texts as arguments, so that none of them can be a script. */
const APPLE = ['on run argv', 'display notification (item 2 of argv) with title (item 1 of argv)', 'end run'];

/** PowerShell that gets its texts as variables of the environment, for the same reason; a toast as Windows itself has them. */
const WINDOWS = `
$ErrorActionPreference = 'Stop'
[void][Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]
$kind = [Windows.UI.Notifications.ToastTemplateType]::ToastText02
$toast = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent($kind)
$texts = $toast.GetElementsByTagName('text')
[void]$texts.Item(0).AppendChild($toast.CreateTextNode($env:STAGEBOOK_TITLE))
[void]$texts.Item(1).AppendChild($toast.CreateTextNode($env:STAGEBOOK_TEXT))
$app = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe'
$shown = [Windows.UI.Notifications.ToastNotification]::new($toast)
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($app).Show($shown)
`;

/** Of the surroundings of the process only what leads to the desktop. */
const PASSED = ['DISPLAY', 'WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR'];
const PASSED_ON_WINDOWS = ['SystemRoot', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'TEMP'];

/** How a notification is shown. Texts from elsewhere are never a part of a script. */
export function desktopCommand(
  platform: NodeJS.Platform,
  { title, text }: { title: string; text: string },
  environment: NodeJS.ProcessEnv,
): DesktopCommand {
  const passed = (names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])));
  if (platform === 'win32') {
    // UTF-16 in Base64 is how PowerShell takes a script without reading quotes.
    const script = Buffer.from(WINDOWS, 'utf16le').toString('base64');
    return {
      argv: ['powershell.exe', '-NoProfile', '-NonInteractive', '-EncodedCommand', script],
      env: { ...passed(PASSED_ON_WINDOWS), STAGEBOOK_TITLE: title, STAGEBOOK_TEXT: text },
    };
  }
  const argv =
    platform === 'darwin'
      ? ['osascript', ...APPLE.flatMap((line) => ['-e', line]), title, text]
      : ['notify-send', '--urgency=critical', '--app-name=Stagebook', '--', title, text];
  return { argv, env: passed(PASSED) };
}
