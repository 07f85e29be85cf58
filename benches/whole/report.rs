//! The table on the terminal and in `docs/PERFORMANCE.md`, and the plot `docs/latency.svg`.

use std::{
    fmt::{self, Display, Write},
    fs,
    path::Path,
    process::Command,
};

use countersign::internals::Clock;
use jiff::Timestamp;
use plotters::prelude::*;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/PERFORMANCE.md");
const PLOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/latency.svg");

/// A limit for the ratio of a row.
#[derive(Debug, Clone, Copy)]
pub enum Limit {
    /// A gate: a higher ratio is a failure.
    AtMost(f64),
    /// No gate, but the cause of a lower ratio should be found.
    InvestigateBelow(f64),
    None,
}

impl Limit {
    fn verdict(self, ratio: f64) -> &'static str {
        match self {
            Self::AtMost(max) if ratio > max => "**missed**",
            Self::AtMost(_) => "reached",
            Self::InvestigateBelow(min) if ratio < min => "**below**",
            Self::InvestigateBelow(_) | Self::None => "",
        }
    }
}

impl Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(max) => write!(f, "gate: ≤ {max}"),
            Self::InvestigateBelow(min) => write!(f, "investigate below {min}"),
            Self::None => Ok(()),
        }
    }
}

/// A row of the table.
#[derive(Debug)]
pub struct Row {
    work: &'static str,
    unit: &'static str,
    measured: f64,
    comparison: Option<Comparison>,
}

/// The same figure of a yardstick. All figures of a row are medians of its rounds.
#[derive(Debug)]
struct Comparison {
    yardstick: &'static str,
    measured: f64,
    ratio: f64,
    limit: Limit,
}

impl Row {
    /// A row without a yardstick.
    pub fn single(work: &'static str, unit: &'static str, measured: f64) -> Self {
        eprintln!("{work}: {measured:.1} {unit}");
        Self {
            work,
            unit,
            measured,
            comparison: None,
        }
    }

    /// Measures the work and its yardstick in turn: one round to warm up, then five.
    pub fn compare(
        work: &'static str,
        yardstick: &'static str,
        unit: &'static str,
        limit: Limit,
        mut round: impl FnMut() -> (f64, f64),
    ) -> Self {
        eprint!("{work} …");
        let rounds: Vec<_> = (0..6).map(|_| round()).skip(1).collect();
        let ratios: Vec<_> = rounds
            .iter()
            .map(|(work, yardstick)| work / yardstick)
            .collect();
        let ratio = median(ratios.iter().copied());
        let each: Vec<_> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
        eprintln!(" {ratio:.2} (rounds: {}) {limit}", each.join(" "));
        Self {
            work,
            unit,
            measured: median(rounds.iter().map(|(work, _)| *work)),
            comparison: Some(Comparison {
                yardstick,
                measured: median(rounds.iter().map(|(_, yardstick)| *yardstick)),
                ratio,
                limit,
            }),
        }
    }
}

pub fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<_> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

pub fn table(rows: &[Row]) -> String {
    let mut text = format!("{}\n\n", environment());
    text += "| work | measured | yardstick | | ratio | limit | |\n|---|--:|---|--:|--:|---|---|\n";
    for row in rows {
        let (measured, unit) = (rounded(row.measured), row.unit);
        let comparison = row.comparison.as_ref().map_or_else(
            || "| | | |".to_owned(),
            |comparison| {
                let Comparison {
                    yardstick,
                    measured,
                    ratio,
                    limit,
                } = comparison;
                format!(
                    "{yardstick} | {} {unit} | {} | {limit} | {}",
                    rounded(*measured),
                    rounded(*ratio),
                    limit.verdict(*ratio)
                )
            },
        );
        writeln!(text, "| {} | {measured} {unit} | {comparison} |", row.work).unwrap();
    }
    text
}

/// Rounds to three digits, since repeated measurements differ in the fourth.
fn rounded(figure: f64) -> String {
    let digits = if figure < 10.0 {
        2
    } else {
        usize::from(figure < 100.0)
    };
    let step = 10_f64.powf((figure.abs().log10().floor() - 2.0).max(0.0));
    format!(
        "{:.digits$}",
        if digits == 0 {
            (figure / step).round() * step
        } else {
            figure
        }
    )
}

/// The date, the machine, and the versions that were measured.
fn environment() -> String {
    let output = |program: &str, arguments: &[&str]| {
        let output = Command::new(program)
            .args(arguments)
            .output()
            .map(|output| output.stdout)
            .unwrap_or_default();
        String::from_utf8_lossy(&output).trim().to_owned()
    };
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("", |(_, cpu)| cpu);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let date = Timestamp::from_second(Clock::system().now().0)
        .map(|at| at.strftime("%Y-%m-%d").to_string());
    format!(
        "{}, {cores} cores ({cpu}), {}, {}, commit {}.",
        date.unwrap_or_default(),
        output("uname", &["-sr"]),
        output("rustc", &["--version"]),
        output("git", &["rev-parse", "--short", "HEAD"]),
    )
}

/// Replaces a section of `docs/PERFORMANCE.md`.
pub fn write(section: &str, text: &str) {
    let page = fs::read_to_string(PAGE).unwrap();
    let (begin, end) = (
        format!("<!-- {section} -->\n"),
        format!("<!-- end of {section} -->"),
    );
    let (before, rest) = page.split_once(&begin).expect("the page has this section");
    let (_, after) = rest.split_once(&end).expect("the section ends");
    fs::write(PAGE, format!("{before}{begin}{text}{end}{after}")).unwrap();
}

/// The latency of a route at increasing load.
#[derive(Debug)]
pub struct Curve {
    pub name: &'static str,
    /// Requests per second, and the latency in milliseconds.
    pub points: Vec<(f64, f64)>,
}

pub fn plot(curves: &[Curve]) {
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let max = |of: fn(&(f64, f64)) -> f64| points().map(of).fold(0.0, f64::max);
    let area = SVGBackend::new(Path::new(PLOT), (800, 420)).into_drawing_area();
    area.fill(&WHITE).unwrap();
    let mut chart = ChartBuilder::on(&area)
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(60)
        .build_cartesian_2d(
            0.0..max(|point| point.0) * 1.03,
            (0.05..max(|point| point.1) * 1.3).log_scale(),
        )
        .unwrap();
    let mesh = &mut chart.configure_mesh();
    mesh.x_desc("requests per second")
        .y_desc("latency in ms")
        .x_label_formatter(&|x| format!("{x:.0}"));
    mesh.y_label_formatter(&|y| ((y * 100.0).round() / 100.0).to_string())
        .max_light_lines(0)
        .draw()
        .unwrap();
    for (number, Curve { name, points }) in curves.iter().enumerate() {
        let colour = Palette99::pick(number).to_rgba();
        let series = chart
            .draw_series(LineSeries::new(
                points.iter().copied(),
                colour.stroke_width(2),
            ))
            .unwrap();
        series
            .label(*name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(2)));
    }
    let labels = &mut chart.configure_series_labels();
    labels
        .position(SeriesLabelPosition::UpperLeft)
        .border_style(BLACK)
        .background_style(WHITE)
        .draw()
        .unwrap();
    area.present().unwrap();
}
