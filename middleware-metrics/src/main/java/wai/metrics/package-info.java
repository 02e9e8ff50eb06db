/// Metrics: how many requests, how long, how large, how they ended.
///
/// [Metrics] counts into a registry of Micrometer, whatever that reports to; [MetricsPage] shows a registry that is
/// asked, as Prometheus does. Metrics of anything but requests do not belong here: Micrometer has them.
package wai.metrics;
