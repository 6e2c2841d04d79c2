// A constructed style sheet inside a closed shadow root: the site's styles do not reach in, ours do not reach out,
// and a site whose policy forbids inline styles needs no exception.

export const STYLES = `
:host { all: initial !important; position: fixed !important; z-index: 2147483000 !important; display: block !important; }
.launcher, .panel { position: fixed; bottom: max(20px, env(safe-area-inset-bottom)); box-sizing: border-box; }
.right .launcher, .right .panel { right: max(20px, env(safe-area-inset-right)); }
.left .launcher, .left .panel { left: max(20px, env(safe-area-inset-left)); }
.launcher {
  display: inline-flex; align-items: center; gap: 10px; min-height: 56px; padding: 0 22px 0 8px; border: 0; border-radius: 999px;
  background: #b3261e; color: #fff; cursor: pointer; box-shadow: 0 6px 20px rgb(20 30 50 / .28);
  font: 600 17px/1.2 system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", sans-serif;
}
.launcher b { background: #fff; color: #b3261e; border-radius: 999px; padding: 11px 9px; font-size: 13px; letter-spacing: .02em; }
.elder .launcher { min-height: 64px; font-size: 21px; }
.launcher:hover { background: #97201a; }
.launcher:focus-visible { outline: 4px solid #b36b00; outline-offset: 3px; }
.panel {
  width: min(412px, calc(100vw - 40px)); height: min(700px, calc(100vh - 40px)); border: 0; border-radius: 16px; overflow: hidden;
  background: Canvas; box-shadow: 0 12px 44px rgb(20 30 50 / .32);
}
.elder .panel { width: min(500px, calc(100vw - 40px)); height: min(820px, calc(100vh - 40px)); }
iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: normal; }
[hidden] { display: none !important; }
.failed { padding: 28px 24px; color: CanvasText; font: 17px/1.7 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
.failed a { display: block; margin-top: 14px; padding: 12px 0; color: LinkText; }
.failed button { font: inherit; min-height: 44px; padding: 0 18px; margin-top: 14px; }
@media (prefers-reduced-motion: no-preference) {
  .panel { animation: rise .18s ease-out; }
  @keyframes rise { from { opacity: 0; transform: translateY(10px); } }
}
@media (max-width: 480px), (max-height: 480px) {
  .panel, .elder .panel { inset: 0; width: 100%; height: 100%; border-radius: 0; }
}
@media print { :host { display: none !important; } }
`;
